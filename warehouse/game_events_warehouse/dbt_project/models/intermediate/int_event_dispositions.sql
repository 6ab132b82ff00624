{#- What became of every deduplicated event: a fact, another type, or quarantined with the reason.
    Lean on purpose: facts join it, and every event has exactly one row. -#}
with judged as (
  select
    game_id, event_id, fingerprint, event_type, environment, store, transaction_id, received_at, source_file, source_row,
    case
      when event_type not in {{ fact_types() }} then null
      when not {{ understood('event_type', "try_cast(split_part(split_part(coalesce(validated_schema, event_type || '/' || schema_version), '/', 2), '-', 1) as integer)") }}
        then 'unknown-schema-model'
      when user_id is null then 'no-user-id'
      when environment is null then 'no-environment'
      when event_type = 'purchase' and price is null then 'no-price'
      when event_type = 'purchase' and currency is null then 'no-currency'
      when event_type = 'purchase' and (store is null or transaction_id is null) then 'no-transaction'
    end as defect
  from {{ ref('stg_events') }}
),

{#- Sandbox stores number their transactions on their own, so a test receipt cannot push out a real one. -#}
transactions as (
  select
    game_id,
    event_id,
    fingerprint,
    first_value(event_id) over earliest as kept_event_id,
    row_number() over earliest = 1 as is_kept
  from judged
  where event_type = 'purchase' and defect is null
  window earliest as (partition by environment, store, transaction_id order by received_at, source_file, source_row)
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
    when judged.event_type not in {{ fact_types() }} then 'other'
    when judged.defect is not null or not transactions.is_kept then 'quarantined'
    else 'fact'
  end as disposition,
  coalesce(judged.defect, case when not transactions.is_kept then 'transaction-already-counted' end) as reason,
  case when not transactions.is_kept then transactions.kept_event_id end as kept_event_id,
  reused.event_id is not null as is_id_reused
from judged
left join transactions using (game_id, event_id, fingerprint)
left join reused on judged.game_id = reused.game_id and judged.event_id = reused.event_id
