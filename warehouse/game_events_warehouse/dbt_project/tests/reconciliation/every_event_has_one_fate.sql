-- Of each type: deduplicated events = its facts + other types + quarantined. That none is there twice is a test of its own.
with facts as (
  {%- for event_type, known in event_types().items() %}
  select '{{ event_type }}' as event_type, count(*) as rows_found from {{ ref(known.fact) }}
  {{ 'union all' if not loop.last }}
  {%- endfor %}
),

staged as (
  select event_type, count(*) as staged from {{ ref('stg_events') }} group by event_type
),

fates as (
  select
    event_type,
    count(*) as fates,
    count_if(disposition = 'fact') as facts,
    count_if(disposition <> 'fact') as elsewhere
  from {{ ref('int_event_dispositions') }}
  group by event_type
)

select *
from staged
full join fates using (event_type)
full join facts using (event_type)
where
  coalesce(staged.staged, 0) <> coalesce(fates.fates, 0)
  or coalesce(fates.facts, 0) <> coalesce(facts.rows_found, 0)
