{{ config(enabled='purchase' in event_types() and 'install' in event_types(), alias='dim_users') }}
{#- Who plays several games under one user_id is one user here. -#}
with players as (
  select
    *,
    row_number() over (
      partition by user_id order by coalesce(first_install_date, date '9999-12-31'), first_activity_date, game_id
    ) as place
  from {{ by_name('dim_users') }}
),

users as (
  select
    user_id,
    max(case when place = 1 then first_install_date end) as first_install_date,
    max(case when place = 1 then install_source end) as install_source,
    max(case when place = 1 then install_country end) as install_country,
    cast(sum(total_purchases) as bigint) as total_purchases,
    sum(case when base_currency = 'USD' then lifetime_revenue_base end) as lifetime_revenue_usd,
    max(last_activity_date) as last_activity_date
  from players
  group by user_id
)

select
  *,
  case
    when lifetime_revenue_usd >= 100 then 'whale'
    when lifetime_revenue_usd >= 20 then 'dolphin'
    when lifetime_revenue_usd >= 5 then 'minnow'
    else 'free'
  end as user_segment
from users
