{#- What Snowflake says otherwise. A VARIANT is read by paths as it is, so that nothing is computed once a document. -#}

{% macro snowflake__texts(document, paths) -%} {{ document }} {%- endmacro %}

{% macro snowflake__text_at(found, paths, path) -%}
  get_path({{ found }}, '{{ variant_path(path) }}')::varchar
{%- endmacro %}

{% macro snowflake__json_at(document, path) -%}
  iff(
    is_null_value(get_path({{ document }}, '{{ variant_path(path) }}')), null, get_path({{ document }}, '{{ variant_path(path) }}')
  )
{%- endmacro %}

{% macro snowflake__json_text(document, path) -%}
  get_path({{ document }}, '{{ path[2:] }}')::varchar
{%- endmacro %}

{% macro snowflake__json_value(document, path) -%}
  get_path({{ document }}, '{{ path[2:] }}')
{%- endmacro %}

{#- `["device"]["os"]`: in quotes every name is only a name. -#}
{% macro variant_path(path) -%}
  {%- for part in path -%}
    ["{{ part | replace('\\', '\\\\\\\\') | replace('"', '\\\\"') | replace("'", "''") }}"]
  {%- endfor -%}
{%- endmacro %}

{% macro snowflake__parsed_json(value) -%} try_parse_json({{ value }}) {%- endmacro %}

{#- As DuckDB reads them, to the microsecond. A backslash is an escape in Snowflake's texts. -#}
{% macro snowflake__utc_timestamp(value) -%}
  convert_timezone('UTC', try_to_timestamp_tz(
    regexp_replace(regexp_replace(upper({{ value }}), '(\\.[0-9]{6})[0-9]+', '\\1'), ':60([.Z+-])', ':59\\1')
  ))::timestamp_ntz
{%- endmacro %}

{% macro snowflake__exact_decimal(value, type) -%}
  {%- set scale = type.split(',')[1].strip(' )') -%}
  case when regexp_like({{ value }}, '-?[0-9]+(\\.[0-9]{1,{{ scale }}}0*)?') then try_cast({{ value }} as {{ type }}) end
{%- endmacro %}

{#- A column in quotes, as it is called where names have no quotes: in capitals. -#}
{% macro snowflake__quoted(name) -%} {{ adapter.quote(name | upper) }} {%- endmacro %}

{#- amount × rate, exact and then rounded once. Snowflake gives a product at most twelve decimals, and rounds what is
    beyond: so the rate is multiplied in two parts, with eight decimals and with the last four, and what neither changes
    is cut. Amounts are not negative. -#}
{% macro snowflake__converted(amount, rate) -%}
  {%- set first = 'trunc(' ~ rate ~ ', 8)::number(24, 8)' -%}
  cast(round(
    {{ amount }} * {{ first }}
    + trunc({{ amount }} * (({{ rate }} - {{ first }}) * 100000000)::number(12, 4) * 0.0001, 8)::number(28, 8) * 0.0001,
    4
  ) as decimal(28, 4))
{%- endmacro %}

{#- Behind a fact or mart: what the schemas call personal data is masked, and only then may readers see the table. It was
    made anew, without policies and grants. What a view shows, its tables mask. `privacy_schema` names where the policies
    are; empty, nothing is masked. -#}
{% macro snowflake__let_readers_in(kind) -%}
  {%- set policies = {'VARCHAR': 'HIDDEN_TEXT', 'VARIANT': 'HIDDEN_JSON', 'NUMBER': 'HIDDEN_NUMBER', 'FLOAT': 'HIDDEN_FLOAT',
    'BOOLEAN': 'HIDDEN_FLAG', 'DATE': 'HIDDEN_DATE', 'TIMESTAMP_NTZ': 'HIDDEN_TIME'} %}
  {%- set name = this.identifier.lower() %}
  {#- These show events unmasked. -#}
  {%- set is_closed = name.startswith('stg_') or name == 'raw_events' %}
  {%- if execute and var('privacy_schema', 'PRIVACY') and not is_closed %}
  {%- set policy_schema = target.database ~ '.' ~ var('privacy_schema', 'PRIVACY') %}
  {%- for column in (adapter.get_columns_in_relation(this) if kind == 'table' else []) if column.name | lower in personal_columns() %}
  {%- set is_player = personal_columns()[column.name | lower] == 'player_id' and column.dtype.upper() == 'VARCHAR' %}
  alter table {{ this }} modify column {{ adapter.quote(column.name) }}
    set masking policy {{ policy_schema }}.{{ 'PSEUDONYM' if is_player else policies[column.dtype.upper()] }} force;
  {%- endfor %}
  grant select on {{ kind }} {{ this }} to role {{ target.database }}_ANALYTICS_READ;
  {%- endif %}
{%- endmacro %}
