{{ config(enabled='purchase' in event_types()) }}
-- Both marts hold all production purchases and all counted refunds, by count and by money, and no other.
with moved as (
  select currency, 1 as purchases, 0 as refunds, amount, coalesce(amount_base, 0) as amount_base
  from {{ ref('fct_purchases') }}
  where environment = 'production'
  {%- if 'refund' in event_types() %}
  union all
  select currency, 0, 1, -amount, -coalesce(amount_base, 0)
  from {{ ref('fct_refunds') }}
  where environment = 'production' and refund_status = 'counted'
  {%- endif %}
),

facts as (
  select currency, sum(purchases) as purchases, sum(refunds) as refunds, sum(amount) as amount, sum(amount_base) as amount_base
  from moved
  group by currency
),

marts as (
  {%- for mart in ['daily_revenue', 'daily_revenue_by_refund_date'] %}
  select
    '{{ mart }}' as mart,
    currency,
    sum(purchases) as purchases,
    sum(refunds + chargebacks) as refunds,
    sum(net_amount) as amount,
    sum(coalesce(net_amount_base, 0)) as amount_base
  from {{ ref(mart) }}
  group by currency
  {{ 'union all' if not loop.last }}
  {%- endfor %}
)

select marts.mart, coalesce(facts.currency, marts.currency) as currency
from facts
full join marts on facts.currency = marts.currency
where
  facts.purchases is distinct from marts.purchases
  or facts.refunds is distinct from marts.refunds
  or facts.amount is distinct from marts.amount
  or facts.amount_base is distinct from marts.amount_base
