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
),

{%- set with_ads = 'ad_revenue' in event_types() %}
shown as (
  {%- if with_ads %}
  select event_date, game_id, cast(sum(revenue_base) as decimal(28, 4)) as ad_revenue_base
  from {{ ref('daily_ad_revenue') }}
  group by event_date, game_id
  {%- else %}
  select event_date, game_id, cast(0 as decimal(28, 4)) as ad_revenue_base from active where false
  {%- endif %}
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
  coalesce(shown.ad_revenue_base, 0) as ad_revenue_base,
  cast(
    (coalesce(paid.net_amount_base, 0) + coalesce(shown.ad_revenue_base, 0)) / active.active_users as decimal(28, 4)
  ) as arpdau_base
from active
left join paid on active.event_date = paid.event_date and active.game_id = paid.game_id
left join shown on active.event_date = shown.event_date and active.game_id = shown.game_id
