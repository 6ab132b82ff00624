with newest as (select max(rate_date) as rate_date from exchange_rates)
select
  rate_source as source, max(observed_on) as newest, count(distinct currency) as currencies,
  (current_date - max(observed_on))::int as days,
  count(distinct currency) filter (where is_stale and exchange_rates.rate_date = newest.rate_date) as stale
from exchange_rates, newest
where rate_source <> 'identity'
group by all
order by source
