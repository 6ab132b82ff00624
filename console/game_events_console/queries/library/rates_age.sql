select rate_source as source, max(observed_on) as newest, count(distinct currency) as currencies, (current_date - max(observed_on))::int as days
from exchange_rates
where rate_source <> 'identity'
group by all
order by source
