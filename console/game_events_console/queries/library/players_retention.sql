with born as (
  select game_id, user_id, first_install_date as installed from dim_users
  where first_install_date > current_date - $days::int and ($game = '' or game_id = $game)
),
sizes as (
  select installed, count(*) as players, unnest(range(1, 8))::int as since from born group by all
),
came as (
  select installed, (event_date - installed)::int as since, count(*) as players
  from born join int_player_days using (game_id, user_id)
  group by all
)
select installed, sizes.players, since, round(100.0 * coalesce(came.players, 0) / sizes.players, 1) as share
from sizes left join came using (installed, since)
where installed + since <= current_date
order by installed, since
