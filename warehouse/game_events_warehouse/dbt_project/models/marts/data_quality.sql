{#- What became of what each game sent: facts, quarantined with the reason, rejected with the rule. -#}
select
  cast(events.received_at as date) as received_date,
  events.game_id,
  events.event_type,
  dispositions.disposition as outcome,
  coalesce(dispositions.reason, '') as reason,
  count(*) as events
from {{ ref('stg_events') }} as events
inner join {{ ref('int_event_dispositions') }} as dispositions
  on
    events.game_id = dispositions.game_id
    and events.event_id = dispositions.event_id
    and events.fingerprint = dispositions.fingerprint
group by cast(events.received_at as date), events.game_id, events.event_type, dispositions.disposition, dispositions.reason
union all
select
  cast(received_at as date),
  game_id,
  event_type,
  'rejected',
  coalesce(first_rule, ''),
  count(*)
from {{ ref('rejected_events') }}
group by cast(received_at as date), game_id, event_type, first_rule
