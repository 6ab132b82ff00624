{#- Events that are in no fact though their type has one, with the reason; nothing vanishes. -#}
select
  events.event_id,
  events.event_type,
  events.schema_version,
  dispositions.reason,
  dispositions.kept_event_id,
  events.received_at,
  events.source_file,
  events.source_row
from {{ ref('stg_events') }} as events
inner join {{ ref('int_event_dispositions') }} as dispositions on events.event_id = dispositions.event_id
where dispositions.disposition = 'quarantined'
