-- Every identity of the raw lines is staged. A build checks the lines it brought, so that the JSON of the past is not
-- read again; a full refresh checks them all.
select distinct {{ json_text('raw.record', '$.event.event_id') }} as event_id
from {{ source('lake', 'raw_events') }} as raw
left join {{ ref('stg_events') }} as staged on {{ json_text('raw.record', '$.event.event_id') }} = staged.event_id
where
  staged.event_id is null
  {%- if not flags.FULL_REFRESH %}
  and raw.loaded_at = (select max(loaded_at) from {{ source('lake', 'raw_events') }})
  {%- endif %}
