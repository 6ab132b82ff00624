{#- Events that are in no fact though their type has one, with the reason; nothing vanishes. -#}
select
  events.game_id,
  events.event_id,
  events.fingerprint,
  events.event_type,
  events.schema_version,
  dispositions.reason,
  dispositions.kept_event_id,
  dispositions.is_id_reused,
  events.received_at,
  events.source_file,
  events.source_row
from {{ ref('stg_events') }} as events
inner join {{ ref('int_event_dispositions') }} as dispositions using (game_id, event_id, fingerprint)
where dispositions.disposition = 'quarantined'
