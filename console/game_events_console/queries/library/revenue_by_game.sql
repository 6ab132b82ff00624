select
  game_id as game, sum(gross_amount_base) as gross,
  -sum(refunded_amount_base + chargeback_amount_base) as refunds, sum(net_amount_base) as net
from daily_revenue
where event_date > current_date - $days::int and ($game = '' or game_id = $game)
group by all
order by net desc nulls last, game
