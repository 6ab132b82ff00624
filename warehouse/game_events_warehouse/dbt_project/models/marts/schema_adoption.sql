{#- Which versions of the schemas the games of each day sent. -#}
select
  cast(received_at as date) as received_date,
  game_id,
  event_type,
  schema_version,
  count(*) as events,
  count(distinct user_id) as users
from {{ ref('stg_events') }}
group by cast(received_at as date), game_id, event_type, schema_version
