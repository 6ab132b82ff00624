{#- What became of every deduplicated event: a fact, another type, or quarantined with the reason.
    Lean on purpose: facts join it, and every event has exactly one row. -#}
with judged as (
  select
    event_id, event_type, environment, store, transaction_id, received_at, source_file, source_row,
    case
      when event_type not in {{ fact_types() }} then null
      when not {{ understood('event_type', "try_cast(split_part(split_part(coalesce(validated_schema, event_type || '/' || schema_version), '/', 2), '-', 1) as integer)") }}
        then 'unknown-schema-model'
      when game_id is null then 'no-game-id'
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
    event_id,
    first_value(event_id) over (
      partition by environment, store, transaction_id order by received_at, source_file, source_row
    ) as kept_event_id
  from judged
  where event_type = 'purchase' and defect is null
)

select
  judged.event_id,
  judged.event_type,
  case
    when judged.event_type not in {{ fact_types() }} then 'other'
    when judged.defect is not null or judged.event_id <> transactions.kept_event_id then 'quarantined'
    else 'fact'
  end as disposition,
  coalesce(judged.defect, case when judged.event_id <> transactions.kept_event_id then 'transaction-already-counted' end)
    as reason,
  case when judged.event_id <> transactions.kept_event_id then transactions.kept_event_id end as kept_event_id
from judged
left join transactions on judged.event_id = transactions.event_id
