{{ config(enabled='purchase' in event_types() and 'install' in event_types()) }}
{#- A day's retention is NULL until that day is over for the cohort: nobody can have come back yet. -#}
{%- set days = [1, 7, 30] %}
with players as (
  select *
  from {{ ref('dim_users') }}
  where first_install_date is not null
),

today as (
  select cast(value as date) as build_date
  from {{ source('lake', 'warehouse_state') }}
  where name = 'build_date'
),

returned as (
  select
    players.game_id,
    players.user_id
    {%- for day in days %},
    max(case when {{ dbt.datediff('players.first_install_date', 'days.event_date', 'day') }} = {{ day }} then 1 else 0 end) as on_day_{{ day }}
    {%- endfor %}
  from players
  inner join {{ ref('int_player_days') }} as days on players.game_id = days.game_id and players.user_id = days.user_id
  group by players.game_id, players.user_id
),

cohorts as (
  select
    players.first_install_date as install_date,
    players.game_id,
    players.install_source,
    players.install_country,
    players.install_app_version,
    count(*) as installs,
    count(case when players.total_purchases > 0 then 1 end) as payers,
    max(players.base_currency) as base_currency,
    sum(players.lifetime_revenue_base) as net_amount_base
    {%- for day in days %},
    case
      when {{ dbt.datediff('players.first_install_date', 'max(today.build_date)', 'day') }} > {{ day }}
        then cast(sum(returned.on_day_{{ day }}) as bigint)
    end as retained_d{{ day }}
    {%- endfor %}
  from players
  inner join returned on players.game_id = returned.game_id and players.user_id = returned.user_id
  cross join today
  group by
    players.first_install_date, players.game_id, players.install_source, players.install_country,
    players.install_app_version
)

select
  install_date,
  game_id,
  install_source,
  install_country,
  install_app_version,
  installs,
  payers,
  cast(payers / installs as double) as conversion,
  base_currency,
  net_amount_base,
  cast(net_amount_base / installs as decimal(28, 4)) as ltv_base
  {%- for day in days %},
  retained_d{{ day }},
  cast(retained_d{{ day }} / installs as double) as retention_d{{ day }}
  {%- endfor %}
from cohorts
