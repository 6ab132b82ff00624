{#- What money is, and by what a store's transaction is known. -#}

{#- amount × rate, exact, then rounded once, half away from zero, to four decimals. The product has 16
    decimals and 22 digits before the point; amounts have 14 digits and rates at most 8. -#}
{% macro converted(amount, rate) -%}
  {{ return(adapter.dispatch('converted')(amount, rate)) }}
{%- endmacro %}

{% macro duckdb__converted(amount, rate) -%}
  cast({{ amount }} * {{ rate }} as decimal(28, 4))
{%- endmacro %}

{#- Stores whose transaction ids no two games share. -#}
{% macro stores_of_all_games() -%}
  {{ return([
    'app_store', 'google_play', 'amazon_appstore', 'samsung_galaxy_store', 'huawei_appgallery', 'steam', 'epic_games_store',
    'microsoft_store', 'playstation_store', 'nintendo_eshop',
  ]) }}
{%- endmacro %}

{#- The game, where a store numbers its transactions for each game by itself. Every store that is not known to number
    them across all games is taken to: a wrong guess then costs no revenue. -#}
{% macro shop(relation) -%}
  case when {{ relation }}.store in ('{{ stores_of_all_games() | join("', '") }}') then '' else {{ relation }}.game_id end
{%- endmacro %}

{#- A field that the event may not have in a studio's own schemas, as text; '' where it is absent. -#}
{% macro text_or_none(relation, event_type, column) -%}
  {%- if column in event_types()[event_type].columns -%} coalesce({{ relation }}.{{ column }}, '')
  {%- else -%} ''
  {%- endif -%}
{%- endmacro %}

{#- By what a line of a transaction is known, as columns to partition by. -#}
{% macro transaction_line(relation) -%}
  {{ relation }}.environment, {{ relation }}.store, {{ shop(relation) }}, {{ relation }}.transaction_id, {{ text_or_none(relation, 'purchase', 'line_item_id') }}
{%- endmacro %}

{% macro refund_identity(relation) -%}
  {{ relation }}.environment, {{ relation }}.store, {{ shop(relation) }}, {{ relation }}.refund_id
{%- endmacro %}
