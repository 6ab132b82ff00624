{{ config(enabled='purchase' in event_types() and 'install' in event_types()) }}
with sold as (
  select
    *,
    row_number() over (partition by game_id, product_id order by effective_time desc, event_id, fingerprint) as place,
    min(event_date) over (partition by game_id, product_id) as first_sold_date,
    max(event_date) over (partition by game_id, product_id) as last_sold_date
  from {{ ref('int_net_purchases') }}
  where product_id is not null
)

select game_id, product_id, product_name, product_type, first_sold_date, last_sold_date
from sold
where place = 1
