{{ config(enabled='purchase' in event_types() and 'install' in event_types()) }}
select
  event_date,
  game_id,
  product_id,
  count(*) as purchases,
  cast(sum(quantity) as bigint) as units,
  count(distinct user_id) as paying_users,
  count(case when is_first_purchase then 1 end) as first_purchases,
  max(base_currency) as base_currency,
  sum(amount_base) as gross_amount_base,
  sum(net_amount_base) as net_amount_base
from {{ ref('int_net_purchases') }}
where product_id is not null
group by event_date, game_id, product_id
