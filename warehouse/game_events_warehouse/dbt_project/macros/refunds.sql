{#- The rows of `relation` whose amounts, taken in order of time, stay within `limit`: one that would go beyond it is left
    out, and a smaller one after it may still fit. A recursive step takes the next refund of every group at once. -#}
{% macro within_limit(name, relation, group, limit) -%}
{{ name }}_in_order as (
  select
    *,
    cast({{ limit }} as decimal(38, 4)) as most,
    row_number() over (
      partition by {{ group }} order by effective_time, received_at, game_id, event_id, fingerprint
    ) as place
  from {{ relation }}
  where {{ limit }} is not null
),

{{ name }} as (
  select
    {{ group }}, game_id, event_id, fingerprint, place,
    cast(case when amount <= most then amount else 0 end as decimal(38, 4)) as taken,
    amount <= most as is_within
  from {{ name }}_in_order
  where place = 1
  union all
  select
    {%- for column in group.split(', ') %}
    later.{{ column }},
    {%- endfor %}
    later.game_id, later.event_id, later.fingerprint, later.place,
    cast(before.taken + case when before.taken + later.amount <= later.most then later.amount else 0 end as decimal(38, 4)),
    before.taken + later.amount <= later.most
  from {{ name }} as before
  inner join {{ name }}_in_order as later
    on
    {%- for column in group.split(', ') %}
    before.{{ column }} = later.{{ column }} and
    {%- endfor %}
    later.place = before.place + 1
)
{%- endmacro %}
