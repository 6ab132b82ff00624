-- Every staged event names the raw line it was read from. A build checks the events it staged; a full refresh all of them.
select staged.event_id, staged.source_file, staged.source_row
from {{ ref('stg_events') }} as staged
left join {{ source('lake', 'raw_events') }} as raw
  on staged.source_file = raw.source_file and staged.source_row = raw.source_row
where
  raw.source_file is null
  {%- if not flags.FULL_REFRESH %}
  and staged.loaded_at = (select max(loaded_at) from {{ source('lake', 'raw_events') }})
  {%- endif %}
