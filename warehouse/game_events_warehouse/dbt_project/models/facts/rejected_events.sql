{#- One row per stored line: the same document rejected twice is two rows. -#}
{{ config(materialized='incremental', incremental_strategy='append') }}
select
  {{ typed(json_text('record', '$.received_at'), 'timestamp') }} as received_at,
  {{ json_text('record', '$.correlation_id') }} as correlation_id,
  {{ json_text('record', '$.key_id') }} as key_id,
  {{ json_text('record', '$.ingested_by') }} as ingested_by,
  {{ json_text('record', '$.event_id') }} as event_id,
  {{ json_text('record', '$.event_type') }} as event_type,
  {{ json_text('record', '$.schema_version') }} as schema_version,
  {{ json_text('record', '$.game_id') }} as game_id,
  {{ json_text('record', '$.reasons[0].rule') }} as first_rule,
  {{ json_text('record', '$.reasons[0].pointer') }} as first_pointer,
  {{ json_value('record', '$.reasons') }} as reasons,
  {{ json_text('record', '$.raw') }} as raw,
  {{ typed(json_text('record', '$.raw_bytes'), 'bigint') }} as raw_bytes,
  source_file,
  source_row,
  loaded_at
from {{ source('lake', 'raw_rejected_events') }}
{%- if is_incremental() %}
where loaded_at > (select coalesce(max(loaded_at), timestamp '1970-01-01') from {{ this }})
{%- endif %}
