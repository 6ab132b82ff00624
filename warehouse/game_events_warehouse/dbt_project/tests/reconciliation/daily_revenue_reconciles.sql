{{ config(enabled='purchase' in event_types()) }}
-- The mart holds all production purchases, by count and by money, and no other.
with facts as (
  select currency, count(*) as purchases, sum(amount) as amount, sum(amount_base) as amount_base
  from {{ ref('fct_purchases') }}
  where environment = 'production'
  group by currency
),

mart as (
  select currency, sum(purchases) as purchases, sum(amount) as amount, sum(amount_base) as amount_base
  from {{ ref('daily_revenue') }}
  group by currency
)

select coalesce(facts.currency, mart.currency) as currency
from facts
full join mart on facts.currency = mart.currency
where
  facts.purchases is distinct from mart.purchases
  or facts.amount is distinct from mart.amount
  or facts.amount_base is distinct from mart.amount_base
