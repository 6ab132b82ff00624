{#- What became of every deduplicated event: a fact, another type, or quarantined with the reason.
    Lean on purpose: facts join it, and every event has exactly one row. -#}
with judged as (
  select
    events.game_id,
    events.event_id,
    events.fingerprint,
    events.event_type,
    types.event_type is null as is_of_unknown_type,
    case
      when types.event_type is null then null
      when models.event_type is null then 'unknown-schema-model'
      when events.user_id is null then 'no-user-id'
      when events.environment is null then 'no-environment'
      {%- if 'purchase' in event_types() %}
      when purchases.price is null and events.event_type = 'purchase' then 'no-price'
      when purchases.currency is null and events.event_type = 'purchase' then 'no-currency'
      when (purchases.store is null or purchases.transaction_id is null) and events.event_type = 'purchase'
        then 'no-transaction'
      {%- endif %}
    end as defect
  from {{ ref('stg_events') }} as events
  left join (select distinct event_type from {{ ref('event_types') }}) as types on events.event_type = types.event_type
  left join {{ ref('event_types') }} as models
    on events.event_type = models.event_type and events.schema_model = models.schema_model
  {%- if 'purchase' in event_types() %}
  left join {{ ref('stg_purchase') }} as purchases
    on
      events.game_id = purchases.game_id
      and events.event_id = purchases.event_id
      and events.fingerprint = purchases.fingerprint
  {%- endif %}
),

{#- Sandbox stores number their transactions on their own, so a test receipt cannot push out a real one. -#}
transactions as (
  {%- if 'purchase' in event_types() %}
  select
    game_id,
    event_id,
    fingerprint,
    first_value(event_id) over earliest as kept_event_id,
    row_number() over earliest = 1 as is_kept
  from {{ ref('stg_purchase') }}
  inner join judged using (game_id, event_id, fingerprint)
  where judged.defect is null
  window earliest as (partition by environment, store, transaction_id order by received_at, source_file, source_row)
  {%- else %}
  select game_id, event_id, fingerprint, event_id as kept_event_id, true as is_kept
  from judged
  where false
  {%- endif %}
),

{#- A sender that gives two events one id has a defect, but nothing of them is lost. -#}
reused as (
  select game_id, event_id from judged group by game_id, event_id having count(*) > 1
)

select
  judged.game_id,
  judged.event_id,
  judged.fingerprint,
  judged.event_type,
  case
    when judged.is_of_unknown_type then 'other'
    when judged.defect is not null or not transactions.is_kept then 'quarantined'
    else 'fact'
  end as disposition,
  coalesce(judged.defect, case when not transactions.is_kept then 'transaction-already-counted' end) as reason,
  case when not transactions.is_kept then transactions.kept_event_id end as kept_event_id,
  reused.event_id is not null as is_id_reused
from judged
left join transactions using (game_id, event_id, fingerprint)
left join reused on judged.game_id = reused.game_id and judged.event_id = reused.event_id
