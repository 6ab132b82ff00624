{{ config(enabled='purchase' in event_types()) }}
-- The mart holds all production purchases, by count and by money, and no other.
with facts as (
  select currency, count(*) as purchases, sum(amount) as amount, sum({{ base_amount() }}) as base_amount
  from {{ ref('fct_purchases') }}
  where environment = 'production'
  group by currency
),

mart as (
  select currency, sum(purchases) as purchases, sum(amount) as amount, sum({{ base_amount() }}) as base_amount
  from {{ ref('daily_revenue') }}
  group by currency
)

select coalesce(facts.currency, mart.currency) as currency
from facts
full join mart on facts.currency = mart.currency
where
  facts.purchases is distinct from mart.purchases
  or facts.amount is distinct from mart.amount
  or facts.base_amount is distinct from mart.base_amount
