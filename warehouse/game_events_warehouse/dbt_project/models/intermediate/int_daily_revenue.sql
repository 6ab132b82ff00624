{{ config(enabled='purchase' in event_types()) }}
{#- Production only. A day's pending purchases are counted, and their amount is missing from the sum in the
    base currency: NULL where all are pending. -#}
select
  event_date,
  game_id,
  platform,
  currency,
  count(*) as purchases,
  count(distinct user_id) as paying_users,
  sum(amount) as amount,
  max(base_currency) as base_currency,
  sum(amount_base) as amount_base,
  count_if(rate_status = 'pending') as pending_purchases
from {{ ref('fct_purchases') }}
where environment = 'production'
group by event_date, game_id, platform, currency
