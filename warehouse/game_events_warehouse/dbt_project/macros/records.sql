{#- Reading a stored line. Each warehouse has its own way to reach into JSON; models only name the field. -#}

{#- An expression to compute once a line, from which record_value reads. -#}
{% macro parsed_record(record) -%}
  {{ return(adapter.dispatch('parsed_record')(record)) }}
{%- endmacro %}

{% macro duckdb__parsed_record(record) -%}
  {%- set event = {'event_id': 'VARCHAR', 'event_type': 'VARCHAR', 'schema_version': 'VARCHAR', 'event_time': 'VARCHAR'} -%}
  {%- for column in var('event_columns') -%}
    {%- set at = namespace(node=event) -%}
    {%- for part in column.path[:-1] -%}
      {%- do at.node.setdefault(part, {}) -%}
      {%- set at.node = at.node[part] -%}
    {%- endfor -%}
    {%- do at.node.update({column.path[-1]: 'JSON' if column.type == 'json' else 'VARCHAR'}) -%}
  {%- endfor -%}
  {%- set record_type = {
      'received_at': 'VARCHAR', 'effective_time': 'VARCHAR', 'correlation_id': 'VARCHAR', 'key_id': 'VARCHAR',
      'ingested_by': 'VARCHAR', 'schema': 'VARCHAR', 'event': event,
  } -%}
  from_json({{ record }}, '{{ tojson(record_type) }}')
{%- endmacro %}

{#- The text (or, for a free object, the JSON) at a path of a parsed record; NULL where it is missing. -#}
{% macro record_value(parsed, path) -%}
  {{ return(adapter.dispatch('record_value')(parsed, path)) }}
{%- endmacro %}

{% macro duckdb__record_value(parsed, path) -%}
  {{ parsed }}{% for part in path %}."{{ part }}"{% endfor %}
{%- endmacro %}

{#- The text at a path of an unparsed JSON document: '$.game_id'. -#}
{% macro json_text(document, path) -%}
  {{ return(adapter.dispatch('json_text')(document, path)) }}
{%- endmacro %}

{% macro duckdb__json_text(document, path) -%}
  ({{ document }} ->> '{{ path }}')
{%- endmacro %}

{#- The JSON at a path of an unparsed JSON document. -#}
{% macro json_value(document, path) -%}
  {{ return(adapter.dispatch('json_value')(document, path)) }}
{%- endmacro %}

{% macro duckdb__json_value(document, path) -%}
  ({{ document }} -> '{{ path }}')
{%- endmacro %}
