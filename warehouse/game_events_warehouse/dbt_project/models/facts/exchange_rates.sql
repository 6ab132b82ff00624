select currency, rate_date, base_currency, rate, observed_on, is_stale, rate_source, rates_version
from {{ source('lake', 'raw_exchange_rates') }}
