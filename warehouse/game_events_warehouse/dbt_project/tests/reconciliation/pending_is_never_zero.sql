{{ config(enabled='purchase' in event_types()) }}
-- An amount in the base currency exists exactly when a rate does.
select event_id, rate_status, rate, amount_base
from {{ ref('fct_purchases') }}
where (rate_status = 'pending') <> (amount_base is null) or (rate is null) <> (amount_base is null)
{%- if 'refund' in event_types() %}
union all
select event_id, rate_status, rate, amount_base
from {{ ref('fct_refunds') }}
where (rate_status = 'pending') <> (amount_base is null) or (rate is null) <> (amount_base is null)
{%- endif %}
