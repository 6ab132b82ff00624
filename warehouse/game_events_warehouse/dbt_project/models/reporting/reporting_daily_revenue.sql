{{ config(enabled='purchase' in event_types() and 'install' in event_types(), alias='daily_revenue') }}
select
  event_date,
  game_id,
  platform,
  original_currency,
  count(*) as purchase_count,
  count(distinct user_id) as paying_users,
  sum(original_price) as total_revenue_original,
  sum(revenue_usd) as total_revenue_usd,
  avg(revenue_usd) as avg_revenue_per_purchase
from {{ by_name('reporting_purchase_events') }}
where revenue_usd is not null
group by event_date, game_id, platform, original_currency
