-- What an event is known by is there once, in staging and in every table that is made of it.
{%- for table in ['stg_events', 'int_event_dispositions'] + event_types().values() | map(attribute='fact') | list %}
select '{{ table }}' as found_in, game_id, event_id, fingerprint, count(*) as copies
from {{ ref(table) }}
group by game_id, event_id, fingerprint
having count(*) > 1
{{ 'union all' if not loop.last }}
{%- endfor %}
