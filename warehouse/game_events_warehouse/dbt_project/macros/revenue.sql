{#- Production revenue by UTC day, game, platform and currency: what was sold, what of it went back, and what is left.
    A refund stands on the day that `refund_day` names, and with its purchase's game and platform. Amounts whose rate
    is not known yet are missing from the sums in the base currency, and counted; NULL where all are. -#}
{% macro daily_revenue_by(refund_day) -%}
{%- set amounts = ['amount', 'tax_amount', 'store_fee'] %}
with sales as (
  select *
  from {{ ref('fct_purchases') }}
  where environment = 'production'
),

movements as (
  select
    event_date,
    game_id,
    platform,
    currency,
    base_currency,
    'purchase' as movement,
    user_id,
    rate_status
    {%- for name in amounts %},
    coalesce({{ name }}, 0) as {{ name }},
    case when rate_status = 'converted' then coalesce({{ name }}_base, 0) end as {{ name }}_base
    {%- endfor %}
  from sales
  {%- if 'refund' in event_types() %}
  union all
  select
    {{ refund_day }} as event_date,
    sales.game_id,
    sales.platform,
    sales.currency,
    sales.base_currency,
    case when refunds.refund_type = 'chargeback' then 'chargeback' else 'refund' end as movement,
    refunds.user_id,
    refunds.rate_status
    {%- for name in amounts %},
    coalesce(refunds.{{ name }}, 0) as {{ name }},
    case when refunds.rate_status = 'converted' then coalesce(refunds.{{ name }}_base, 0) end as {{ name }}_base
    {%- endfor %}
  from {{ ref('fct_refunds') }} as refunds
  inner join sales
    on
      refunds.purchase_game_id = sales.game_id
      and refunds.purchase_event_id = sales.event_id
      and refunds.purchase_fingerprint = sales.fingerprint
  where refunds.refund_status = 'counted'
  {%- endif %}
)

select
  event_date,
  game_id,
  platform,
  currency,
  count(case when movement = 'purchase' then 1 end) as purchases,
  count(distinct case when movement = 'purchase' then user_id end) as paying_users,
  count(case when movement = 'refund' then 1 end) as refunds,
  count(case when movement = 'chargeback' then 1 end) as chargebacks,
  {%- for base in ['', '_base'] %}
  {%- if base %}
  max(base_currency) as base_currency,
  {%- endif %}
  {%- set known = "amount" ~ base %}
  {{ of_movement(known, "movement = 'purchase'") }} as gross_amount{{ base }},
  {{ of_movement(known, "movement = 'refund'") }} as refunded_amount{{ base }},
  {{ of_movement(known, "movement = 'chargeback'") }} as chargeback_amount{{ base }},
  {{ net(known) }} as net_amount{{ base }},
  {{ net('tax_amount' ~ base) }} as net_tax{{ base }},
  {{ net('store_fee' ~ base) }} as net_store_fee{{ base }},
  {{ net(known) }} - {{ net('tax_amount' ~ base) }} - {{ net('store_fee' ~ base) }} as proceeds{{ base }},
  {%- endfor %}
  count(case when movement = 'purchase' and rate_status = 'pending' then 1 end) as pending_purchases
from movements
group by event_date, game_id, platform, currency
{%- endmacro %}

{#- 0 where there is no such movement, NULL where there are only such as have no rate yet. -#}
{% macro of_movement(amount, condition) -%}
  case when count_if({{ condition }}) = 0 then 0 else sum(case when {{ condition }} then {{ amount }} end) end
{%- endmacro %}

{% macro net(amount) -%}
  sum(case when movement = 'purchase' then {{ amount }} else -{{ amount }} end)
{%- endmacro %}
