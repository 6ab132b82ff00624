select
  coalesce(install_source, 'unknown') as source, count(*) as players,
  round(100.0 * count(*) filter (where total_purchases > 0) / count(*), 1) as conversion
from dim_users
where first_install_date > current_date - $days::int and ($game = '' or game_id = $game)
group by all
order by players desc
