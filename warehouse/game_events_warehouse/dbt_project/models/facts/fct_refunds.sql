select
  events.event_id,
  events.event_date,
  events.effective_time,
  events.event_time,
  events.received_at,
  events.schema_version,
  {{- columns_of('refund') }}
  events.correlation_id,
  events.source_file,
  events.source_row
from {{ ref('stg_events') }} as events
inner join {{ ref('int_event_dispositions') }} as dispositions on events.event_id = dispositions.event_id
where events.event_type = 'refund' and dispositions.disposition = 'fact'
