{#- Incremental facts. Of what an event becomes, only this can change: its own row in staging, another event under its id,
    another event of its transaction or refund, the rate of its day. `int_touched_events` has the first three. -#}

{#- The moment of the last load that is in the facts already. -#}
{% macro built_through() -%}
  (
    select coalesce(max(cast(value as timestamp)), timestamp '1970-01-01')
    from {{ source('lake', 'warehouse_state') }} where name = 'built_through'
  )
{%- endmacro %}

{#- The rows of `relation` that may have become others; all of them in a full refresh. -#}
{% macro and_touched(relation) -%}
  {%- set touched = ref('int_touched_events') -%}
  {%- if is_incremental() -%}
    and ({{ relation }}.game_id, {{ relation }}.event_id, {{ relation }}.fingerprint)
    in (select touched.game_id, touched.event_id, touched.fingerprint from {{ touched }} as touched)
  {%- endif -%}
{%- endmacro %}

{#- Before they are written anew, they go; also those that are no facts any more. -#}
{% macro forget_touched() -%}
  {%- set touched = ref('int_touched_events') -%}
  {%- if is_incremental() -%}
    delete from {{ this }} where (game_id, event_id, fingerprint)
    in (select touched.game_id, touched.event_id, touched.fingerprint from {{ touched }} as touched)
  {%- endif -%}
{%- endmacro %}

{% macro forget_changed_rates() -%}
  {%- set rates = source('lake', 'changed_exchange_rates') -%}
  {%- if is_incremental() -%}
    delete from {{ this }} where (currency, event_date)
    in (select changed.currency, changed.rate_date from {{ rates }} as changed)
  {%- endif -%}
{%- endmacro %}
