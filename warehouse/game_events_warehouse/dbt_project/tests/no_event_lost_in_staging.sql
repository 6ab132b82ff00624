-- Every identity of the raw lines is staged, and nothing else is.
with raw as (
  select distinct {{ json_text('record', '$.event.event_id') }} as event_id from {{ source('lake', 'raw_events') }}
)

select raw.event_id as raw_event_id, staged.event_id as staged_event_id
from raw
full join {{ ref('stg_events') }} as staged on raw.event_id = staged.event_id
where raw.event_id is null or staged.event_id is null
