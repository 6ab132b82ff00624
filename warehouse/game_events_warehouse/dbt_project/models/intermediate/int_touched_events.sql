{#- The events whose disposition or fact may be another than in the last build: those that were staged since, those under
    an event id of theirs, and those of a transaction or refund of any of these. It is closed: whoever shares a
    transaction with an event in it is in it. A hash that two transactions share makes it larger and never wrong. -#}
with under_fresh_ids as (
  select game_id, event_id, fingerprint
  from {{ ref('stg_events') }}
  where event_id in (select event_id from {{ ref('stg_events') }} where loaded_at > {{ built_through() }})
  {%- if flags.FULL_REFRESH %}
  and false -- everything is written anew
  {%- endif %}
)

select game_id, event_id, fingerprint from under_fresh_ids
{%- for event_type in ['purchase', 'refund'] if event_type in event_types() %}
{%- set identity = transaction_line('events') if event_type == 'purchase' else refund_identity('events') %}
union
select events.game_id, events.event_id, events.fingerprint
from {{ ref('stg_' ~ event_type) }} as events
where hash({{ identity }}) in (
  select hash({{ identity }})
  from {{ ref('stg_' ~ event_type) }} as events
  where (events.game_id, events.event_id, events.fingerprint) in (
    select fresh.game_id, fresh.event_id, fresh.fingerprint from under_fresh_ids as fresh
  )
)
{%- endfor %}
