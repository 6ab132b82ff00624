select
  event_type,
  schema_version,
  coalesce(event ->> '$.app_version', '') as build,
  coalesce(key_id, '') as key_id,
  count(*) as events,
  max(received_at) as last
from stg_events
where received_at >= current_date - $days::int and ($game = '' or game_id = $game)
group by all
order by event_type, events desc, schema_version, build, key_id
