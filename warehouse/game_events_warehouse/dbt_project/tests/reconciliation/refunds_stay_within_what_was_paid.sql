{{ config(enabled='refund' in event_types() and 'purchase' in event_types()) }}
-- No more goes back than was paid, for any transaction.
with paid as (
  select environment, store, {{ shop('purchases') }} as shop, transaction_id, sum(amount) as amount
  from {{ ref('fct_purchases') }} as purchases
  group by environment, store, shop, transaction_id
),

returned as (
  select environment, store, {{ shop('refunds') }} as shop, original_transaction_id, sum(amount) as amount
  from {{ ref('fct_refunds') }} as refunds
  where refund_status = 'counted'
  group by environment, store, shop, original_transaction_id
)

select returned.*, paid.amount as paid
from returned
left join paid
  on
    returned.environment = paid.environment
    and returned.store = paid.store
    and returned.shop = paid.shop
    and returned.original_transaction_id = paid.transaction_id
where paid.amount is null or returned.amount > paid.amount
