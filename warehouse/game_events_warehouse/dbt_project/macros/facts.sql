{#- The columns of one event type, as its schemas list them; `except` for those a model writes itself. -#}
{% macro columns_of(event_type, except=[]) -%}
  {%- for column in event_types()[event_type].columns if column not in except %}
  events.{{ quoted(column) }},
  {%- endfor %}
{%- endmacro %}

{#- The facts of one event type, an event a row, with the fields as they were sent. -#}
{% macro facts_as_sent(event_type) -%}
select
  events.event_id,
  events.fingerprint,
  dispositions.is_id_reused,
  events.event_date,
  events.effective_time,
  events.event_time,
  events.received_at,
  events.schema_version,
  {{- columns_of(event_type) }}
  events.correlation_id,
  events.source_file,
  events.source_row
from {{ ref('stg_' ~ event_type) }} as events
inner join {{ ref('int_event_dispositions') }} as dispositions using (game_id, event_id, fingerprint)
where dispositions.disposition = 'fact' {{ and_touched('events') }}
{%- endmacro %}
