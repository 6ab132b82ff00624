{{ config(enabled='purchase' in event_types() and 'install' in event_types(), alias='user_ltv_summary') }}
select
  users.user_id,
  users.first_install_date,
  users.user_segment,
  count(purchases.event_id) as total_purchases,
  sum(purchases.revenue_usd) as lifetime_value_usd,
  min(purchases.event_timestamp) as first_purchase_date,
  max(purchases.event_timestamp) as last_purchase_date,
  {{ dbt.datediff('users.first_install_date', 'max(purchases.event_date)', 'day') }} as lifetime_days
from {{ by_name('reporting_dim_users') }} as users
left join {{ by_name('reporting_purchase_events') }} as purchases on users.user_id = purchases.user_id
group by users.user_id, users.first_install_date, users.user_segment
