{#- Reads every raw line once. Each event stays once, known by its game, its id and the fingerprint of what it says:
    the earliest received copy, wherever and in whichever order they arrived. Taking the minimum is associative, so
    that adding new lines to what is already here gives what a full refresh would give. -#}
{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key=['game_id', 'event_id', 'fingerprint']
) }}

{%- set envelope %}
    {{ typed(record_value('parsed', ['event', 'event_id']), 'varchar') }} as event_id,
    fingerprint,
    {{ typed(record_value('parsed', ['event', 'event_type']), 'varchar') }} as event_type,
    {{ typed(record_value('parsed', ['event', 'schema_version']), 'varchar') }} as schema_version,
    {{ typed(record_value('parsed', ['schema']), 'varchar') }} as validated_schema,
    {{ typed(record_value('parsed', ['event', 'event_time']), 'timestamp') }} as event_time,
    {{ typed(record_value('parsed', ['effective_time']), 'timestamp') }} as effective_time,
    cast({{ typed(record_value('parsed', ['effective_time']), 'timestamp') }} as date) as event_date,
    {{ typed(record_value('parsed', ['received_at']), 'timestamp') }} as received_at,
    {{ typed(record_value('parsed', ['correlation_id']), 'varchar') }} as correlation_id,
    {{ typed(record_value('parsed', ['key_id']), 'varchar') }} as key_id,
    {{ typed(record_value('parsed', ['ingested_by']), 'varchar') }} as ingested_by,
{%- endset %}

with arrived as (
  select {{ parsed_record('record') }} as parsed, fingerprint, source_file, source_row, loaded_at
  from {{ source('lake', 'raw_events') }}
  {%- if is_incremental() %}
  where loaded_at > (select coalesce(max(loaded_at), timestamp '1970-01-01') from {{ this }})
  {%- endif %}
),

typed as (
  select
    {{- envelope }}
    {%- for column in var('event_columns') %}
    {{ typed(record_value('parsed', ['event'] + column.path), column.type) }} as {{ column.name }},
    {%- endfor %}
    source_file,
    source_row,
    loaded_at
  from arrived
)

{%- if is_incremental() %},

candidates as (
  select * from typed
  union all by name
  select * from {{ this }} where event_id in (select event_id from typed)
)
{%- endif %}

select *
from {{ 'candidates' if is_incremental() else 'typed' }}
qualify row_number() over (partition by game_id, event_id, fingerprint order by received_at, source_file, source_row) = 1
