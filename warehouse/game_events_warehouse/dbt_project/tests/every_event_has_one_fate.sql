-- Deduplicated events = facts + other types + quarantined.
with counted as (
  select
    (select count(*) from {{ ref('stg_events') }}) as staged,
    (select count(*) from {{ ref('fct_installs') }})
    + (select count(*) from {{ ref('fct_purchases') }})
    + (select count(*) from {{ ref('fct_refunds') }}) as facts,
    (select count(*) from {{ ref('quarantined_events') }}) as quarantined,
    (select count(*) from {{ ref('int_event_dispositions') }} where disposition = 'other') as other
)

select * from counted where staged <> facts + quarantined + other
