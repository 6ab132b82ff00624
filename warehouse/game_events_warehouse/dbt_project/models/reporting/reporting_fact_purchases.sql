{{ config(enabled='purchase' in event_types() and 'install' in event_types(), alias='fact_purchases') }}
select
  event_id,
  event_timestamp as purchase_time,
  user_id,
  product_id,
  original_currency as currency,
  original_price as amount,
  revenue_usd as amount_usd,
  exchange_rate as fx_rate,
  ingestion_timestamp as processed_at
from {{ by_name('reporting_purchase_events') }}
