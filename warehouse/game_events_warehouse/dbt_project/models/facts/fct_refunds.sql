{{ config(enabled='refund' in event_types()) }}
{#- A refund or chargeback, with the purchase whose money went back. Only a `counted` one is in net revenue: what has no
    purchase, is in another currency or goes beyond what was paid is named, and kept apart.
    The rate is the purchase's, at which the revenue was booked, so that a refund of all of it leaves nothing; where no
    purchase in this currency is known, that of the refund's own day. -#}
with refunds as (
  select
    events.*,
    dispositions.is_id_reused,
    links.purchase_game_id,
    links.purchase_event_id,
    links.purchase_fingerprint,
    links.purchase_date,
    base.base_currency,
    case
      when links.link <> 'linked' then links.link
      when within_price.event_id is null then 'over_refund'
      else 'counted'
    end as refund_status,
    case when links.link = 'linked' then links.purchase_rate else rates.rate end as rate
  from {{ ref('stg_refund') }} as events
  inner join {{ ref('int_event_dispositions') }} as dispositions
    on
      events.game_id = dispositions.game_id
      and events.event_id = dispositions.event_id
      and events.fingerprint = dispositions.fingerprint
  inner join {{ ref('int_refund_links') }} as links
    on
      events.game_id = links.game_id
      and events.event_id = links.event_id
      and events.fingerprint = links.fingerprint
  left join {{ ref('int_refunds_within_price') }} as within_price
    on
      events.game_id = within_price.game_id
      and events.event_id = within_price.event_id
      and events.fingerprint = within_price.fingerprint
  cross join (select max(base_currency) as base_currency from {{ ref('exchange_rates') }}) as base
  left join {{ ref('exchange_rates') }} as rates
    on events.currency = rates.currency and events.event_date = rates.rate_date
)

select
  events.event_id,
  events.fingerprint,
  events.is_id_reused,
  events.event_date,
  events.effective_time,
  events.event_time,
  events.received_at,
  events.schema_version,
  {{- columns_of('refund') }}
  events.base_currency,
  {{ converted('events.amount', 'events.rate') }} as amount_base,
  {{ converted('events.tax_amount', 'events.rate') }} as tax_amount_base,
  {{ converted('events.store_fee', 'events.rate') }} as store_fee_base,
  events.rate,
  case when events.rate is null then 'pending' else 'converted' end as rate_status,
  events.refund_status,
  events.purchase_game_id,
  events.purchase_event_id,
  events.purchase_fingerprint,
  events.purchase_date,
  events.correlation_id,
  events.source_file,
  events.source_row
from refunds as events
