select currency, sum(purchases) as purchases, sum(net_amount_base) as net
from daily_revenue
where event_date > current_date - $days::int and ($game = '' or game_id = $game)
group by all
order by net desc nulls last, currency
