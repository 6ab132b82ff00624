{{ config(enabled='purchase' in event_types() and 'install' in event_types()) }}
select
  game_id,
  user_id,
  first_install_date,
  user_segment,
  total_purchases,
  base_currency,
  lifetime_revenue_base as lifetime_value_base,
  first_purchase_at as first_purchase_date,
  last_purchase_at as last_purchase_date,
  {{ dbt.datediff('first_install_date', 'last_purchase_at', 'day') }} as lifetime_days
from {{ ref('dim_users') }}
