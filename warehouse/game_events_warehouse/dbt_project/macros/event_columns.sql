{#- The columns of one event type, as its schemas list them; `except` for those a model writes itself. -#}
{% macro columns_of(event_type, except=[]) -%}
  {%- for column in var('event_columns') if event_type in column.events and column.name not in except %}
    events.{{ column.name }},
  {%- endfor %}
{%- endmacro %}

{#- Whether the line was validated by a MODEL of its event type that this warehouse understands. -#}
{% macro understood(event_type, model) -%}
  case {{ event_type }}
  {%- for name, models in var('event_models').items() %}
    when '{{ name }}' then {{ model }} in ({{ models | join(', ') }})
  {%- endfor %}
    else false
  end
{%- endmacro %}

{% macro fact_types() -%} ('install', 'purchase', 'refund') {%- endmacro %}

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
from {{ ref('stg_events') }} as events
inner join {{ ref('int_event_dispositions') }} as dispositions using (game_id, event_id, fingerprint)
where events.event_type = '{{ event_type }}' and dispositions.disposition = 'fact'
{%- endmacro %}
