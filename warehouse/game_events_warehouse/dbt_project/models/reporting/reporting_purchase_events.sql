{{ config(enabled='purchase' in event_types() and 'install' in event_types(), alias='purchase_events') }}
select
  purchases.event_id,
  purchases.user_id,
  purchases.game_id,
  purchases.session_id,
  purchases.effective_time as event_timestamp,
  purchases.event_date,
  purchases.product_id,
  purchases.product_name,
  purchases.quantity,
  purchases.amount as original_price,
  purchases.currency as original_currency,
  case when purchases.base_currency = 'USD' then purchases.rate end as exchange_rate,
  case when purchases.base_currency = 'USD' then purchases.amount_base end as revenue_usd,
  purchases.transaction_id,
  purchases.store,
  purchases.platform,
  purchases.app_version,
  net.is_first_purchase,
  {{ dbt.datediff('players.first_install_date', 'purchases.event_date', 'day') }} as days_since_install,
  purchases.received_at as ingestion_timestamp
from {{ by_name('fct_purchases') }} as purchases
inner join {{ by_name('int_net_purchases') }} as net
  on
    purchases.game_id = net.game_id
    and purchases.event_id = net.event_id
    and purchases.fingerprint = net.fingerprint
left join {{ by_name('dim_users') }} as players
  on purchases.game_id = players.game_id and purchases.user_id = players.user_id
