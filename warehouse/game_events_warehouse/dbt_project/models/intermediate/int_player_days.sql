{#- The days on which a player did anything in production: a refund is nothing that a player does. -#}
select
  events.game_id,
  events.user_id,
  events.event_date,
  count(case when events.event_type = 'session_start' then 1 end) as sessions,
  count(case when events.event_type = 'install' then 1 end) as installs,
  count(case when events.event_type = 'purchase' then 1 end) as purchases
from {{ ref('stg_events') }} as events
inner join {{ ref('int_event_dispositions') }} as dispositions
  on
    events.game_id = dispositions.game_id
    and events.event_id = dispositions.event_id
    and events.fingerprint = dispositions.fingerprint
where dispositions.disposition = 'fact' and events.environment = 'production' and events.event_type <> 'refund'
group by events.game_id, events.user_id, events.event_date
