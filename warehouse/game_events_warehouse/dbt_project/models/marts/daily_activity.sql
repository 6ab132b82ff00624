{{ config(enabled='purchase' in event_types() and 'install' in event_types()) }}
with active as (
  select
    event_date,
    game_id,
    count(*) as active_users,
    cast(sum(sessions) as bigint) as sessions,
    cast(sum(installs) as bigint) as installs
  from {{ ref('int_player_days') }}
  group by event_date, game_id
),

paid as (
  select event_date, game_id, count(distinct user_id) as paying_users, sum(net_amount_base) as net_amount_base
  from {{ ref('int_net_purchases') }}
  group by event_date, game_id
)

select
  active.event_date,
  active.game_id,
  active.installs,
  active.sessions,
  active.active_users,
  coalesce(paid.paying_users, 0) as paying_users,
  (select max(base_currency) from {{ ref('exchange_rates') }}) as base_currency,
  coalesce(paid.net_amount_base, 0) as net_amount_base,
  cast(coalesce(paid.net_amount_base, 0) / active.active_users as decimal(28, 4)) as arpdau_base
from active
left join paid on active.event_date = paid.event_date and active.game_id = paid.game_id
