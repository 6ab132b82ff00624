{{ config(enabled='purchase' in event_types() and 'install' in event_types()) }}
with installs as (
  select
    *,
    row_number() over (
      partition by game_id, user_id order by effective_time, received_at, event_id, fingerprint
    ) as place
  from {{ ref('fct_installs') }}
  where environment = 'production'
),

seen as (
  select
    game_id,
    user_id,
    min(event_date) as first_activity_date,
    max(event_date) as last_activity_date,
    count(*) as active_days,
    sum(sessions) as sessions
  from {{ ref('int_player_days') }}
  group by game_id, user_id
),

spent as (
  select
    game_id,
    user_id,
    count(*) as total_purchases,
    min(effective_time) as first_purchase_at,
    max(effective_time) as last_purchase_at,
    sum(amount_base) as gross_revenue_base,
    sum(net_amount_base) as lifetime_revenue_base
  from {{ ref('int_net_purchases') }}
  group by game_id, user_id
)

select
  seen.game_id,
  seen.user_id,
  installs.event_date as first_install_date,
  installs.install_source,
  installs.country_code as install_country,
  installs.platform as install_platform,
  installs.app_version as install_app_version,
  seen.first_activity_date,
  seen.last_activity_date,
  seen.active_days,
  cast(seen.sessions as bigint) as sessions,
  coalesce(spent.total_purchases, 0) as total_purchases,
  spent.first_purchase_at,
  spent.last_purchase_at,
  (select max(base_currency) from {{ ref('exchange_rates') }}) as base_currency,
  coalesce(spent.gross_revenue_base, 0) as gross_revenue_base,
  coalesce(spent.lifetime_revenue_base, 0) as lifetime_revenue_base,
  case
    when spent.lifetime_revenue_base >= 100 then 'whale'
    when spent.lifetime_revenue_base >= 20 then 'dolphin'
    when spent.lifetime_revenue_base >= 5 then 'minnow'
    else 'free'
  end as user_segment
from seen
left join installs on seen.game_id = installs.game_id and seen.user_id = installs.user_id and installs.place = 1
left join spent on seen.game_id = spent.game_id and seen.user_id = spent.user_id
