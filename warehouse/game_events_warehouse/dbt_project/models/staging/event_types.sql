{#- The event types and MODELs that this warehouse understands, and the table in which their facts are. -#}
{%- set rows = [] %}
{%- for event_type, known in event_types().items() %}
{%- for model in known.models %}
{%- do rows.append("select '" ~ event_type ~ "' as event_type, " ~ model ~ " as schema_model, '" ~ known.fact ~ "' as fact") %}
{%- endfor %}
{%- endfor %}
{{ rows | join('\nunion all\n') }}
