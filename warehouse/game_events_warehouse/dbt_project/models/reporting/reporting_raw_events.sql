{{ config(enabled='purchase' in event_types() and 'install' in event_types(), alias='raw_events') }}
select
  event_id,
  event_type,
  user_id,
  game_id,
  {{ json_text('event', '$.session_id') }} as session_id,
  {{ json_text('event', '$.platform') }} as platform,
  {{ json_text('event', '$.app_version') }} as app_version,
  effective_time as event_timestamp,
  received_at as ingestion_timestamp,
  event_date,
  extract(hour from effective_time) as event_hour,
  event as event_data,
  ingested_by as source,
  schema_version
from {{ by_name('stg_events') }}
where environment = 'production'
