{{ config(enabled='purchase' in event_types()) }}
{#- Production purchases with what is left of them. What went back of a transaction as a whole is its first line's. -#}
with returned as (
  {%- if 'refund' in event_types() %}
  select
    purchase_game_id,
    purchase_event_id,
    purchase_fingerprint,
    sum(amount) as amount,
    sum(amount_base) as amount_base
  from {{ ref('fct_refunds') }}
  where refund_status = 'counted'
  group by purchase_game_id, purchase_event_id, purchase_fingerprint
  {%- else %}
  select game_id as purchase_game_id, event_id as purchase_event_id, fingerprint as purchase_fingerprint, amount, amount_base
  from {{ ref('fct_purchases') }}
  where false
  {%- endif %}
)

select
  purchases.game_id,
  purchases.event_id,
  purchases.fingerprint,
  purchases.event_date,
  purchases.effective_time,
  purchases.user_id,
  purchases.platform,
  purchases.country_code,
  purchases.product_id,
  purchases.product_name,
  purchases.product_type,
  purchases.quantity,
  purchases.currency,
  purchases.amount,
  purchases.base_currency,
  purchases.amount_base,
  purchases.amount - coalesce(returned.amount, 0) as net_amount,
  purchases.amount_base - coalesce(returned.amount_base, 0) as net_amount_base,
  row_number() over (
    partition by purchases.game_id, purchases.user_id
    order by purchases.effective_time, purchases.received_at, purchases.event_id, purchases.fingerprint
  ) = 1 as is_first_purchase
from {{ ref('fct_purchases') }} as purchases
left join returned
  on
    purchases.game_id = returned.purchase_game_id
    and purchases.event_id = returned.purchase_event_id
    and purchases.fingerprint = returned.purchase_fingerprint
where purchases.environment = 'production'
