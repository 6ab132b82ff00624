-- What an event is known by is there once, in staging and in every table that is made of it. By a hash first, because all
-- of the past is looked through.
{%- for table in ['stg_events', 'int_event_dispositions'] + event_types().values() | map(attribute='fact') | list %}
select '{{ table }}' as found_in, game_id, event_id, fingerprint, count(*) as copies
from {{ ref(table) }}
where hash(game_id, event_id, fingerprint) in (
  select hash(game_id, event_id, fingerprint) from {{ ref(table) }} group by 1 having count(*) > 1
)
group by game_id, event_id, fingerprint
having count(*) > 1
{{ 'union all' if not loop.last }}
{%- endfor %}
