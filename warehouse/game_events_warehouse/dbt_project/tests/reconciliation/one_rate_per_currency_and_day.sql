select currency, rate_date, count(*) as rates
from {{ ref('exchange_rates') }}
group by currency, rate_date
having count(*) > 1 or min(rate) <= 0
