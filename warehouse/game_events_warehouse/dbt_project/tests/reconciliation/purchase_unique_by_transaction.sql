{{ config(enabled='purchase' in event_types()) }}
select environment, store, transaction_id, count(*) as purchases
from {{ ref('fct_purchases') }}
group by environment, store, transaction_id
having count(*) > 1
