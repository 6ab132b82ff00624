{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_touched() }}') }}
{#- What became of every deduplicated event: a fact, another type, or quarantined with the reason.
    Lean on purpose: facts join it, and every event has exactly one row. -#}
{%- set needed = {
  'purchase': {'price': 'no-price', 'currency': 'no-currency', 'store': 'no-transaction', 'transaction_id': 'no-transaction'},
  'refund': {
    'amount': 'no-amount', 'currency': 'no-currency', 'store': 'no-transaction',
    'original_transaction_id': 'no-transaction', 'refund_id': 'no-refund-id',
  },
  'ad_revenue': {'revenue': 'no-revenue', 'currency': 'no-currency'},
} %}
{%- set money = {'purchase': ['price', 'tax_amount', 'store_fee'], 'refund': ['amount', 'tax_amount', 'store_fee'], 'ad_revenue': ['revenue']} %}
with typed as (
  {%- for event_type in event_types() %}
  select
    events.game_id,
    events.event_id,
    events.fingerprint,
    case
      {%- for column in money.get(event_type, []) %}
      when events.unreadable = '{{ column }}' then 'unreadable-{{ column }}'
      {%- endfor %}
      {%- for column, reason in needed.get(event_type, {}).items() %}
      when events.{{ column }} is null then '{{ reason }}'
      {%- endfor %}
      {%- for column in money.get(event_type, []) %}
      when events.{{ column }} < 0 then 'negative-{{ column }}'
      {%- endfor %}
      when events.unreadable is not null then 'unreadable-' || events.unreadable
    end as defect
  from {{ ref('stg_' ~ event_type) }} as events
  where true {{ and_touched('events') }}
  {{ 'union all' if not loop.last }}
  {%- endfor %}
),

judged as (
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
      else typed.defect
    end as defect
  from {{ ref('stg_events') }} as events
  left join (select distinct event_type from {{ ref('event_types') }}) as types on events.event_type = types.event_type
  left join {{ ref('event_types') }} as models
    on events.event_type = models.event_type and events.schema_model = models.schema_model
  left join typed
    on
      events.game_id = typed.game_id
      and events.event_id = typed.event_id
      and events.fingerprint = typed.fingerprint
  where true {{ and_touched('events') }}
),

{#- A payment that is reported under several event ids is one, and so is a refund. Sandbox stores number on their own, so
    a test receipt cannot push out a real one. -#}
counted as (
  {%- for event_type in ['purchase', 'refund'] if event_type in event_types() %}
  {%- set earliest %}(
      partition by {{ transaction_line('events') if event_type == 'purchase' else refund_identity('events') }}
      order by events.received_at, events.source_file, events.source_row
    ){% endset %}
  select
    events.game_id,
    events.event_id,
    events.fingerprint,
    '{{ "transaction" if event_type == "purchase" else event_type }}-already-counted' as reason,
    first_value(events.event_id) over {{ earliest }} as kept_event_id,
    row_number() over {{ earliest }} = 1 as is_kept
  from {{ ref('stg_' ~ event_type) }} as events
  inner join judged
    on
      events.game_id = judged.game_id
      and events.event_id = judged.event_id
      and events.fingerprint = judged.fingerprint
  where judged.defect is null
  union all
  {%- endfor %}
  select game_id, event_id, fingerprint, null as reason, null as kept_event_id, true as is_kept
  from judged
  where false
),

{#- A sender that gives two events one id has a defect, but nothing of them is lost. -#}
reused as (
  {%- set touched = ref('int_touched_events') %}
  select game_id, event_id
  from {{ ref('stg_events') }}
  {%- if is_incremental() %}
  where event_id in (select event_id from {{ touched }})
  {%- endif %}
  group by game_id, event_id
  having count(*) > 1
)

select
  judged.game_id,
  judged.event_id,
  judged.fingerprint,
  judged.event_type,
  case
    when judged.is_of_unknown_type then 'other'
    when judged.defect is not null or not counted.is_kept then 'quarantined'
    else 'fact'
  end as disposition,
  coalesce(judged.defect, case when not counted.is_kept then counted.reason end) as reason,
  case when not counted.is_kept then counted.kept_event_id end as kept_event_id,
  reused.event_id is not null as is_id_reused
from judged
left join counted
  on
    judged.game_id = counted.game_id
    and judged.event_id = counted.event_id
    and judged.fingerprint = counted.fingerprint
left join reused on judged.game_id = reused.game_id and judged.event_id = reused.event_id
