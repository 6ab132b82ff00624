select
  currency,
  rate_date,
  base_currency,
  rate,
  observed_on,
  {{ dbt.datediff('observed_on', 'rate_date', 'day') }} as age_days,
  is_stale,
  rate_source,
  rates_version
from {{ source('lake', 'raw_exchange_rates') }}
