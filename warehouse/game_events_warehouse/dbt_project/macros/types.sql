{#- From text to the warehouse's types. What does not fit becomes NULL, also a decimal that would have to be rounded:
    one odd line must not stop a build, and its event is quarantined with the field's name. -#}

{% macro typed(value, type) -%}
  {%- if type == 'varchar' -%} {{ value }}
  {%- elif type == 'timestamp' -%} {{ utc_timestamp(value) }}
  {%- elif type.startswith('decimal') -%} {{ exact_decimal(value, type) }}
  {%- elif type == 'json' -%} {{ parsed_json(value) }}
  {%- else -%} try_cast({{ value }} as {{ type }})
  {%- endif -%}
{%- endmacro %}

{#- RFC 3339 text with any offset → the moment in UTC, without a zone. -#}
{% macro utc_timestamp(value) -%}
  {{ return(adapter.dispatch('utc_timestamp')(value)) }}
{%- endmacro %}

{#- Three forms RFC 3339 admits and DuckDB does not read: lower-case t and z, more than six decimals (cut),
    second 60 (taken as 59). Casting to TIMESTAMP directly would drop the offset without a word. -#}
{% macro duckdb__utc_timestamp(value) -%}
  timezone('UTC', try_cast(
    regexp_replace(regexp_replace(upper({{ value }}), '(\.[0-9]{6})[0-9]+', '\1'), ':60([.Z+-])', ':59\1')
    as timestamptz
  ))
{%- endmacro %}

{#- The decimal that the text says, NULL where the type has not as many decimals: a cast would round without a word. -#}
{% macro exact_decimal(value, type) -%}
  {{ return(adapter.dispatch('exact_decimal')(value, type)) }}
{%- endmacro %}

{% macro duckdb__exact_decimal(value, type) -%}
  {%- set scale = type.split(',')[1].strip(' )') -%}
  case when regexp_full_match({{ value }}, '-?[0-9]+(\.[0-9]{1,{{ scale }}}0*)?') then try_cast({{ value }} as {{ type }}) end
{%- endmacro %}
