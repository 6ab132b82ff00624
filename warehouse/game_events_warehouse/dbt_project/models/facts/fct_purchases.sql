{{ config(
    enabled='purchase' in event_types(), materialized='incremental', incremental_strategy='append',
    pre_hook=['{{ forget_touched() }}', '{{ forget_changed_rates() }}']
) }}
{#- Written anew are the purchases that may have become others, and those of a day whose rate has. -#}
{%- set changed_rates = source('lake', 'changed_exchange_rates') %}
with purchases as (
  select
    events.*,
    dispositions.is_id_reused,
    base.base_currency,
    rates.rate,
    rates.observed_on as rate_date,
    rates.age_days as rate_age_days,
    rates.is_stale as rate_is_stale,
    rates.rate_source,
    rates.rates_version
  from {{ ref('stg_purchase') }} as events
  inner join {{ ref('int_event_dispositions') }} as dispositions using (game_id, event_id, fingerprint)
  cross join (select max(base_currency) as base_currency from {{ ref('exchange_rates') }}) as base
  left join {{ ref('exchange_rates') }} as rates
    on events.currency = rates.currency and events.event_date = rates.rate_date
  where dispositions.disposition = 'fact'
  {%- if is_incremental() %}
    and (
      (events.currency, events.event_date) in (
        select changed.currency, changed.rate_date from {{ changed_rates }} as changed
      )
      or (true {{ and_touched('events') }})
    )
  {%- endif %}
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
  {{ converted('events.price', 'events.rate') }} as amount_base,
  {{ converted('events.tax_amount', 'events.rate') }} as tax_amount_base,
  {{ converted('events.store_fee', 'events.rate') }} as store_fee_base,
  events.base_currency,
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
