{#- From text to the warehouse's types. What does not fit becomes NULL: one odd line must not stop a build. -#}

{% macro typed(value, type) -%}
  {%- if type == 'varchar' -%} {{ value }}
  {%- elif type == 'timestamp' -%} {{ utc_timestamp(value) }}
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

{#- amount × rate, exact, then rounded once, half away from zero, to four decimals. The product has 16
    decimals and 22 digits before the point; amounts have 14 digits and rates at most 8. -#}
{% macro converted(amount, rate) -%}
  cast({{ amount }} * {{ rate }} as decimal(28, 4))
{%- endmacro %}
