-- Of each type: deduplicated events = its facts + other types + quarantined.
with facts as (
  {%- for event_type, known in event_types().items() %}
  select '{{ event_type }}' as event_type, count(*) as rows_found from {{ ref(known.fact) }}
  {{ 'union all' if not loop.last }}
  {%- endfor %}
),

counted as (
  select
    event_type,
    count(*) as staged,
    count_if(disposition <> 'fact') as elsewhere
  from {{ ref('stg_events') }}
  left join {{ ref('int_event_dispositions') }} using (game_id, event_id, fingerprint, event_type)
  group by event_type
)

select *
from counted
full join facts using (event_type)
where coalesce(counted.staged, 0) <> coalesce(facts.rows_found, 0) + coalesce(counted.elsewhere, 0)
