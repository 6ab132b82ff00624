{#- Reading JSON. Each warehouse has its own way to reach into it; models only name the field. -#}

{#- An expression to compute once a document, from which `text_at` reads these paths. -#}
{% macro texts(document, paths) -%}
  {{ return(adapter.dispatch('texts')(document, paths)) }}
{%- endmacro %}

{#- JSON Pointers, because they take every name for what it is, and all of them in one pass over the document. -#}
{% macro duckdb__texts(document, paths) -%}
  {{ document }} ->> [
  {%- for path in paths %}'{{ pointer(path) }}'{{ ', ' if not loop.last }}{% endfor -%}
  ]
{%- endmacro %}

{#- The text (of an object or a list, its JSON) at one of the paths; NULL where it is missing or null. -#}
{% macro text_at(found, paths, path) -%}
  {{ return(adapter.dispatch('text_at')(found, paths, path)) }}
{%- endmacro %}

{% macro duckdb__text_at(found, paths, path) -%}
  {{ found }}[{{ paths.index(path) + 1 }}]
{%- endmacro %}

{#- The JSON, of a scalar too, at a path of a document; NULL where it is missing or null. -#}
{% macro json_at(document, path) -%}
  {{ return(adapter.dispatch('json_at')(document, path)) }}
{%- endmacro %}

{% macro duckdb__json_at(document, path) -%}
  nullif({{ document }} -> '{{ pointer(path) }}', 'null'::json)
{%- endmacro %}

{% macro pointer(path) -%}
  {%- for part in path -%}
    /{{ part | replace('~', '~0') | replace('/', '~1') | replace("'", "''") }}
  {%- endfor -%}
{%- endmacro %}

{#- The text at a path of an JSON document: '$.game_id'. -#}
{% macro json_text(document, path) -%}
  {{ return(adapter.dispatch('json_text')(document, path)) }}
{%- endmacro %}

{% macro duckdb__json_text(document, path) -%}
  ({{ document }} ->> '{{ path }}')
{%- endmacro %}

{#- The JSON at a path of an JSON document. -#}
{% macro json_value(document, path) -%}
  {{ return(adapter.dispatch('json_value')(document, path)) }}
{%- endmacro %}

{% macro duckdb__json_value(document, path) -%}
  ({{ document }} -> '{{ path }}')
{%- endmacro %}

{#- Text as JSON; NULL where it is none. -#}
{% macro parsed_json(value) -%}
  {{ return(adapter.dispatch('parsed_json')(value)) }}
{%- endmacro %}

{% macro duckdb__parsed_json(value) -%} try_cast({{ value }} as json) {%- endmacro %}

{#- A column whose name may be a word of SQL. -#}
{% macro quoted(name) -%}
  {{ return(adapter.dispatch('quoted')(name)) }}
{%- endmacro %}

{% macro duckdb__quoted(name) -%} {{ adapter.quote(name) }} {%- endmacro %}

{#- What a table that readers ask needs once it is made; of a local file, nothing. -#}
{% macro let_readers_in(kind='table') -%}
  {{ return(adapter.dispatch('let_readers_in')(kind)) }}
{%- endmacro %}

{% macro default__let_readers_in(kind) -%} {%- endmacro %}
