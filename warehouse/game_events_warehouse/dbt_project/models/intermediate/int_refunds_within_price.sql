{{ config(enabled='refund' in event_types()) }}
{#- The refunds that go no further than what was paid, first for a line of a transaction, then for all of it. -#}
with recursive linked as (
  select * from {{ ref('int_refund_links') }} where link = 'linked'
),

{{ within_limit('of_lines', 'linked', 'environment, store, shop, original_transaction_id, line', 'limit_of_line') }},

left_over as (
  select linked.*
  from linked
  left join of_lines
    on
      linked.game_id = of_lines.game_id
      and linked.event_id = of_lines.event_id
      and linked.fingerprint = of_lines.fingerprint
  where coalesce(of_lines.is_within, true)
),

{{ within_limit('of_orders', 'left_over', 'environment, store, shop, original_transaction_id', 'limit_of_order') }}

select game_id, event_id, fingerprint from of_orders where is_within
