{#- What stg_events knows of every event; the staging model of an event type begins with it. -#}
{% macro envelope() -%}
  {{ return([
    'game_id', 'event_id', 'fingerprint', 'event_type', 'schema_version', 'validated_schema', 'schema_model', 'user_id', 'environment',
    'event_time', 'effective_time', 'event_date', 'received_at', 'correlation_id', 'key_id', 'ingested_by',
  ]) }}
{%- endmacro %}

{#- The events of one type, a column a field. `fields` are {column, path, type}, and `scalar` where a json column may
    hold text or a number by itself, and `models` where other MODELs give the field another type. A staged event never changes but for the copy that it was read from, so that only
    what was staged since has to be read. -#}
{% macro staged(event_type, fields) -%}
  {%- set paths = fields | map(attribute='path') | list -%}
with events as (
  select
    *,
    {{ texts('event', paths) }} as found
  from {{ ref('stg_events') }}
  where event_type = '{{ event_type }}'
  {%- if is_incremental() %}
    and loaded_at > (select coalesce(max(loaded_at), timestamp '1970-01-01') from {{ this }})
  {%- endif %}
)

select
  {%- for name in envelope() %}
  events.{{ name }},
  {%- endfor %}
  {%- for field in fields %}
  {% if field.models %}case when events.schema_model in ({{ field.models | join(', ') }}) then {% endif -%}
  {%- if field.scalar -%}
    {{ json_at('events.event', field.path) }}
  {%- else -%}
    {{ typed(text_at('events.found', paths, field.path), field.type) }}
  {%- endif -%}
  {%- if field.models %} end{% endif %} as {{ quoted(field.column) }},
  {%- endfor %}
  {{ unreadable(fields, paths) }} as unreadable,
  events.source_file,
  events.source_row,
  events.loaded_at
from events
{%- endmacro %}

{#- The first field that has a value which is not of its column's type, NULL where all are. -#}
{% macro unreadable(fields, paths) -%}
  {%- set typed_fields = fields | rejectattr('type', 'equalto', 'varchar') | rejectattr('scalar', 'defined') | list -%}
  {%- if typed_fields -%}
  case
  {%- for field in typed_fields %}
    {%- set text = text_at('events.found', paths, field.path) %}
    when {{ text }} is not null and {{ typed(text, field.type) }} is null
    {%- if field.models %} and events.schema_model in ({{ field.models | join(', ') }}){% endif %} then '{{ field.column }}'
  {%- endfor %}
  end
  {%- else -%} cast(null as varchar)
  {%- endif -%}
{%- endmacro %}

{#- The MODEL in `purchase/1-1-0`, as a number. -#}
{% macro schema_model(version) -%}
  try_cast(split_part(split_part({{ version }}, '/', 2), '-', 1) as integer)
{%- endmacro %}
