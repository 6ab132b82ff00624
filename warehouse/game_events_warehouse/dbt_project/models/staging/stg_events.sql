{#- Reads every raw line once. Each event stays once, known by its game, its id and the fingerprint of what it says:
    the earliest received copy, wherever and in whichever order they arrived. Taking the minimum is associative, so
    that adding new lines to what is already here gives what a full refresh would give. What the fields of one event
    type are is said by its own staging model. -#}
{{ config(
    materialized='incremental', incremental_strategy='delete+insert',
    unique_key=['game_id', 'event_id', 'fingerprint']
) }}

{%- set event = ['event_id', 'event_type', 'schema_version', 'user_id', 'game_id', 'environment'] %}
{%- set times = {'received_at': ['received_at'], 'effective_time': ['effective_time'], 'event_time': ['event', 'event_time']} %}
{%- set server = {'validated_schema': ['schema'], 'correlation_id': ['correlation_id'], 'key_id': ['key_id'], 'ingested_by': ['ingested_by']} %}
{%- set paths = [['event']] + times.values() | list + server.values() | list %}
{%- for name in event %}{% do paths.append(['event', name]) %}{% endfor %}

with arrived as (
  select {{ texts('record', paths) }} as found, fingerprint, source_file, source_row, loaded_at
  from {{ source('lake', 'raw_events') }}
  {%- if is_incremental() %}
  where loaded_at > (select coalesce(max(loaded_at), timestamp '1970-01-01') from {{ this }})
  {%- endif %}
),

told as (
  select
    {%- for name in event %}
    {{ text_at('found', paths, ['event', name]) }} as {{ name }},
    {%- endfor %}
    {%- for name, path in server.items() %}
    {{ text_at('found', paths, path) }} as {{ name }},
    {%- endfor %}
    {%- for name, path in times.items() %}
    {{ typed(text_at('found', paths, path), 'timestamp') }} as {{ name }},
    {%- endfor %}
    {{ typed(text_at('found', paths, ['event']), 'json') }} as event,
    fingerprint,
    source_file,
    source_row,
    loaded_at
  from arrived
),

judged as (
  select
    *,
    cast(effective_time as date) as event_date,
    {{ schema_model("coalesce(validated_schema, event_type || '/' || schema_version)") }} as schema_model
  from told
)

{%- if is_incremental() %},

candidates as (
  select * from judged
  union all by name
  select * from {{ this }} where event_id in (select event_id from judged)
)
{%- endif %}

select *
from {{ 'candidates' if is_incremental() else 'judged' }}
qualify row_number() over (partition by game_id, event_id, fingerprint order by received_at, source_file, source_row) = 1
