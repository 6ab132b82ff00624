{{ config(enabled='purchase' in event_types()) }}
select {{ transaction_line('purchases') }}, count(*) as purchases
from {{ ref('fct_purchases') }} as purchases
group by {{ transaction_line('purchases') }}
having count(*) > 1
