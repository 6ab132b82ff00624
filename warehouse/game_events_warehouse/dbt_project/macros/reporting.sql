{#- A relation as a view may name it: without the database, whose name on DuckDB is its file's, and the file is renamed. -#}
{% macro by_name(model) -%}
  {{ ref(model).include(database=(target.type != 'duckdb')) }}
{%- endmacro %}

{#- A schema that a model names is called so; dbt would put the profile's before it. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
  {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
