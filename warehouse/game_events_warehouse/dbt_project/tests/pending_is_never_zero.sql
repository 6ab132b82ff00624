{{ config(enabled='purchase' in event_types()) }}
-- An amount in the base currency exists exactly when a rate does.
select event_id, rate_status, rate, {{ base_amount() }}
from {{ ref('fct_purchases') }}
where (rate_status = 'pending') <> ({{ base_amount() }} is null) or (rate is null) <> ({{ base_amount() }} is null)
