{#- What the schemas say of a column stands beside it in the database, a statement a column. A table that only grows keeps
    it, so it is written in a full refresh, which a build does by itself when a description has changed. -#}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) -%}
  {%- if flags.FULL_REFRESH or model.config.materialized != 'incremental' -%}
    {{ return(dbt.default__persist_docs(relation, model, for_relation, for_columns)) }}
  {%- endif -%}
{%- endmacro %}
