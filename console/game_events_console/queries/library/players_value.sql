-- each day's revenue over the players who have lived that day, added up: it never falls for want of old cohorts
with born as (
  select game_id, user_id, install_source as source, first_install_date as installed from dim_users
  where first_install_date > current_date - $days::int and install_source is not null and ($game = '' or game_id = $game)
),
days as (select unnest(range(0, 7)) as since),
lived as (
  select source, since, count(*) as players from born, days where installed + since::int <= current_date group by all
),
earned as (
  select source, event_date - installed as since, sum(net_amount_base) as amount
  from born join int_net_purchases using (game_id, user_id)
  where event_date - installed between 0 and 6
  group by all
)
select
  source, since::int as since, players,
  round(sum(coalesce(amount, 0) / players) over (partition by source order by since), 2) as value
from lived left join earned using (source, since)
order by source, since
