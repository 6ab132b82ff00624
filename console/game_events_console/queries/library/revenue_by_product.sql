select product_id as product, sum(quantity) as sold, sum(net_amount_base) as net
from int_net_purchases
where event_date > current_date - $days::int and ($game = '' or game_id = $game)
group by all
order by net desc nulls last, product
