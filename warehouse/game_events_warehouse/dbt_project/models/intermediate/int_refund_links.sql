{{ config(enabled='refund' in event_types()) }}
{#- Each refund with the purchase whose money went back: the line of the transaction that it names, or the transaction as
    a whole. `limit_of_line` is what that line cost, NULL where none is named. -#}
{%- set with_purchases = 'purchase' in event_types() %}
with lines as (
  {%- if with_purchases %}
  select
    {{ shop('purchases') }} as shop,
    {{ text_or_none('purchases', 'purchase', 'line_item_id') }} as line,
    purchases.environment,
    purchases.store,
    purchases.transaction_id,
    purchases.game_id,
    purchases.event_id,
    purchases.fingerprint,
    purchases.event_date,
    purchases.currency,
    purchases.amount,
    purchases.rate
  from {{ ref('fct_purchases') }} as purchases
  where (purchases.environment, purchases.store, purchases.transaction_id) in (
    select refunded.environment, refunded.store, refunded.original_transaction_id from {{ ref('stg_refund') }} as refunded
  )
  {%- else %}
  select
    '' as shop, '' as line, environment, store, original_transaction_id as transaction_id, game_id, event_id, fingerprint,
    event_date, currency, amount, cast(null as decimal(24, 12)) as rate
  from {{ ref('stg_refund') }}
  where false
  {%- endif %}
),

placed as (
  select
    *,
    row_number() over (partition by environment, store, shop, transaction_id order by line) as position,
    count(*) over (partition by environment, store, shop, transaction_id) as lines_of_order,
    sum(amount) over (partition by environment, store, shop, transaction_id) as limit_of_order,
    min(currency) over (partition by environment, store, shop, transaction_id)
    = max(currency) over (partition by environment, store, shop, transaction_id) as is_in_one_currency
  from lines
),

refunds as (
  select
    {{ shop('events') }} as shop,
    {{ text_or_none('events', 'refund', 'line_item_id') }} as line,
    events.environment,
    events.store,
    events.original_transaction_id,
    events.game_id,
    events.event_id,
    events.fingerprint,
    events.currency,
    events.amount,
    events.effective_time,
    events.received_at
  from {{ ref('stg_refund') }} as events
  inner join {{ ref('int_event_dispositions') }} as dispositions
    on
      events.game_id = dispositions.game_id
      and events.event_id = dispositions.event_id
      and events.fingerprint = dispositions.fingerprint
  where dispositions.disposition = 'fact'
)

select
  refunds.game_id,
  refunds.event_id,
  refunds.fingerprint,
  refunds.environment,
  refunds.store,
  refunds.shop,
  refunds.original_transaction_id,
  refunds.line,
  refunds.amount,
  refunds.effective_time,
  refunds.received_at,
  placed.game_id as purchase_game_id,
  placed.event_id as purchase_event_id,
  placed.fingerprint as purchase_fingerprint,
  placed.event_date as purchase_date,
  placed.rate as purchase_rate,
  placed.limit_of_order,
  case when refunds.line <> '' then placed.amount end as limit_of_line,
  case
    when placed.event_id is null then 'orphan'
    when refunds.currency <> placed.currency then 'currency_mismatch'
    when not placed.is_in_one_currency and refunds.line = '' then 'currency_mismatch'
    else 'linked'
  end as link
from refunds
left join placed
  on
    refunds.environment = placed.environment
    and refunds.store = placed.store
    and refunds.shop = placed.shop
    and refunds.original_transaction_id = placed.transaction_id
    and (
      (refunds.line <> '' and refunds.line = placed.line)
      or (refunds.line = '' and placed.position = 1)
      or (refunds.line <> '' and placed.line = '' and placed.lines_of_order = 1)
    )
