{{ config(enabled='purchase' in event_types() and 'install' in event_types()) }}
{#- Today, as far as the last build knows it. -#}
with today as (
  select cast(value as date) as report_date
  from {{ source('lake', 'warehouse_state') }}
  where name = 'build_date'
)

select
  today.report_date,
  activity.game_id,
  activity.installs as daily_installs,
  activity.active_users as daily_active_users,
  activity.paying_users as daily_paying_users,
  count(purchases.event_id) as daily_purchases,
  activity.base_currency,
  activity.net_amount_base as daily_revenue_base
from today
inner join {{ ref('daily_activity') }} as activity on today.report_date = activity.event_date
left join {{ ref('int_net_purchases') }} as purchases
  on activity.event_date = purchases.event_date and activity.game_id = purchases.game_id
group by
  today.report_date, activity.game_id, activity.installs, activity.active_users, activity.paying_users,
  activity.base_currency, activity.net_amount_base
