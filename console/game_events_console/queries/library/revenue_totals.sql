with bought as (
  select * from fct_purchases
  where environment = 'production' and event_date > current_date - $days::int and ($game = '' or game_id = $game)
),
back as (
  select sum(refunded_amount_base + chargeback_amount_base) as amount, sum(refunds + chargebacks) as refunds
  from daily_revenue where event_date > current_date - $days::int and ($game = '' or game_id = $game)
)
select
  any_value(base_currency) as currency, sum(amount_base) as gross, count(*) as purchases,
  -(select amount from back) as refunded, (select refunds from back) as refunds,
  count(distinct (game_id, user_id)) as payers,
  count(*) filter (where rate_status = 'pending') as pending,
  count(*) filter (where rate_is_stale) as stale, sum(amount_base) filter (where rate_is_stale) as stale_amount,
  max(rate_date - rate_age_days::int)::varchar as newest_rate, max(rate_age_days) as oldest_days
from bought
