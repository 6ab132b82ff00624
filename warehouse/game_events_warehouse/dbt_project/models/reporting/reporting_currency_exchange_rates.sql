{{ config(enabled='purchase' in event_types() and 'install' in event_types(), alias='currency_exchange_rates') }}
select
  currency as currency_code,
  rate_date,
  rate as usd_rate,
  rate_source as data_source,
  cast(observed_on as timestamp) as created_at
from {{ by_name('exchange_rates') }}
where base_currency = 'USD'
