{{ config(enabled='ad_revenue' in event_types() and 'purchase' in event_types()) }}
{#- An impression earns too little for four decimals: it is converted exactly and rounded once, to twelve. -#}
select
  events.event_date,
  events.game_id,
  events.platform,
  {{ text_or_none('events', 'ad_revenue', 'ad_network') }} as ad_network,
  {{ text_or_none('events', 'ad_revenue', 'ad_format') }} as ad_format,
  events.currency,
  count(*) as impressions,
  count(distinct events.user_id) as users,
  sum(events.revenue) as revenue,
  max(base.base_currency) as base_currency,
  sum(cast(events.revenue * rates.rate as decimal(28, 12))) as revenue_base,
  count(case when rates.rate is null then 1 end) as pending_impressions
from {{ ref('fct_ad_revenue') }} as events
cross join (select max(base_currency) as base_currency from {{ ref('exchange_rates') }}) as base
left join {{ ref('exchange_rates') }} as rates
  on events.currency = rates.currency and events.event_date = rates.rate_date
where events.environment = 'production'
group by
  events.event_date, events.game_id, events.platform, {{ text_or_none('events', 'ad_revenue', 'ad_network') }},
  {{ text_or_none('events', 'ad_revenue', 'ad_format') }}, events.currency
