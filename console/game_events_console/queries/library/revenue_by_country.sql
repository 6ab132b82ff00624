select coalesce(country_code, 'unknown') as country, count(distinct (game_id, user_id)) as payers, sum(net_amount_base) as net
from int_net_purchases
where event_date > current_date - $days::int and ($game = '' or game_id = $game)
group by all
order by net desc nulls last, country
