select store, count(*) as purchases, sum(amount_base) as gross
from fct_purchases
where environment = 'production' and event_date > current_date - $days::int and ($game = '' or game_id = $game)
group by all
order by gross desc nulls last, store
