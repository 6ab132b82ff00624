-- Every staged event names the raw line it was read from.
select staged.event_id, staged.source_file, staged.source_row
from {{ ref('stg_events') }} as staged
left join {{ source('lake', 'raw_events') }} as raw
  on staged.source_file = raw.source_file and staged.source_row = raw.source_row
where raw.source_file is null
