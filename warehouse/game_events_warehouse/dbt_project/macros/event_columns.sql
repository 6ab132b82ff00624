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
