-- Every identity of the raw lines is staged. A build checks the lines it brought, so that the JSON of the past is not
-- read again; a full refresh checks them all.
with raw as (
  select
    {{ json_text('record', '$.event.game_id') }} as game_id,
    {{ json_text('record', '$.event.event_id') }} as event_id,
    fingerprint
  from {{ source('lake', 'raw_events') }}
  {%- if not flags.FULL_REFRESH %}
  where loaded_at = (select max(loaded_at) from {{ source('lake', 'raw_events') }})
  {%- endif %}
)

select game_id, event_id, fingerprint from raw
except
select game_id, event_id, fingerprint from {{ ref('stg_events') }}
