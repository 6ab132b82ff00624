{{ config(enabled='refund' in event_types()) }}
{#- Refunds of production that are in no net revenue, and why. -#}
select
  event_date,
  game_id,
  currency,
  refund_status,
  case when refund_type = 'chargeback' then 'chargeback' else 'refund' end as refund_type,
  count(*) as refunds,
  sum(amount) as amount,
  base_currency,
  sum(amount_base) as amount_base,
  count(case when rate_status = 'pending' then 1 end) as pending_refunds
from {{ ref('fct_refunds') }}
where environment = 'production' and refund_status <> 'counted'
group by all
