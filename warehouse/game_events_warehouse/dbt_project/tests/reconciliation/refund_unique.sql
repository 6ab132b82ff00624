{{ config(enabled='refund' in event_types()) }}
select {{ refund_identity('refunds') }}, count(*) as refunds
from {{ ref('fct_refunds') }} as refunds
group by {{ refund_identity('refunds') }}
having count(*) > 1
