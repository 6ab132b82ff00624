select
  count(*) as players, count(*) filter (where total_purchases > 0) as payers, any_value(base_currency) as currency,
  sum(lifetime_revenue_base) / nullif(count(*), 0) as player_value,
  sum(lifetime_revenue_base) / nullif(count(*) filter (where total_purchases > 0), 0) as payer_value,
  count(*) filter (where install_source = 'paid') as paid
from dim_users
where first_install_date > current_date - $days::int and ($game = '' or game_id = $game)
