{{ config(enabled='purchase' in event_types() and 'install' in event_types(), alias='realtime_kpis') }}
select
  current_date as report_date,
  events.game_id,
  count(distinct case when events.event_type = 'install' then events.user_id end) as daily_installs,
  count(distinct purchases.user_id) as daily_paying_users,
  count(purchases.event_id) as daily_purchases,
  sum(purchases.revenue_usd) as daily_revenue_usd
from {{ by_name('reporting_raw_events') }} as events
left join {{ by_name('reporting_purchase_events') }} as purchases
  on events.game_id = purchases.game_id and events.event_id = purchases.event_id
where events.event_date = current_date
group by events.game_id
