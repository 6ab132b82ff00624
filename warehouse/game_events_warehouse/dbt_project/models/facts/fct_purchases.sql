{{ config(enabled='purchase' in event_types()) }}
{#- Built anew on every run, so that a rate that has appeared since restates what was pending. -#}
with purchases as (
  select
    events.*,
    dispositions.is_id_reused,
    case when events.currency = '{{ var("base_currency") }}' then cast(1 as decimal(24, 12)) else rates.rate end as rate,
    case when events.currency = '{{ var("base_currency") }}' then events.event_date else rates.observed_on end as rate_date,
    case when events.currency = '{{ var("base_currency") }}' then 0 else rates.age_days end as rate_age_days,
    case when events.currency = '{{ var("base_currency") }}' then false else rates.is_stale end as rate_is_stale,
    case when events.currency = '{{ var("base_currency") }}' then 'identity' else rates.rate_source end as rate_source,
    case when events.currency = '{{ var("base_currency") }}' then 'identity' else rates.rates_version end as rates_version
  from {{ ref('stg_purchase') }} as events
  inner join {{ ref('int_event_dispositions') }} as dispositions using (game_id, event_id, fingerprint)
  left join {{ ref('exchange_rates') }} as rates
    on events.currency = rates.currency and events.event_date = rates.rate_date
  where dispositions.disposition = 'fact'
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
  {{- columns_of('purchase', except=['price']) }}
  events.price as amount,
  {{ converted('events.price', 'events.rate') }} as {{ base_amount() }},
  events.rate,
  events.rate_date,
  events.rate_age_days,
  events.rate_is_stale,
  events.rate_source,
  events.rates_version,
  case when events.rate is null then 'pending' else 'converted' end as rate_status,
  events.correlation_id,
  events.source_file,
  events.source_row
from purchases as events
