{#- Months that are closed stand as they were published. What became known of them since is a row on the day on which it
    was booked, in an open month, and names the day it adjusts: so the sum over all rows is always what is known today. -#}

{#- The columns of a relation that hold figures, with their types. -#}
{% macro measures_of(relation) -%}
  {%- set found = [] %}
  {%- if execute %}
    {%- for column in adapter.get_columns_in_relation(relation) %}
      {%- if column.dtype.lower().split('(')[0] in ('bigint', 'integer', 'hugeint', 'number', 'decimal', 'numeric') %}
        {%- do found.append({'name': column.name | lower, 'type': column.data_type}) %}
      {%- endif %}
    {%- endfor %}
  {%- endif %}
  {{ return(found) }}
{%- endmacro %}

{% macro figure(measure) -%}
  cast({{ json_text('figures', '$.' ~ measure.name) }} as {{ measure.type }})
{%- endmacro %}

{#- `live` is a relation with event_date, game_id, platform, currency, base_currency and figures: what is known today. -#}
{% macro booked(live) -%}
{%- set measures = measures_of(live) %}
with live as (
  select live.*, closed.month is not null as is_closed
  from {{ live }} as live
  left join {{ source('lake', 'raw_closed_months') }} as closed on date_trunc('month', live.event_date) = closed.month
),

{#- Everything that is known of closed days, less what was closed, less what was booked: what is to be booked now. -#}
entries as (
  select event_date, game_id, platform, currency
    {%- for measure in measures %}, coalesce({{ measure.name }}, 0) as {{ measure.name }}{% endfor %}
  from live where is_closed
  union all
  {%- for table in ('raw_closed_figures', 'raw_adjustments') %}
  select event_date, game_id, platform, currency
    {%- for measure in measures %}, -coalesce({{ figure(measure) }}, 0){% endfor %}
  from {{ source('lake', table) }}
  {{ 'union all' if not loop.last }}
  {%- endfor %}
),

unbooked as (
  select event_date, game_id, platform, currency
    {%- for measure in measures %}, sum({{ measure.name }}) as {{ measure.name }}{% endfor %}
  from entries
  group by event_date, game_id, platform, currency
  having false {%- for measure in measures %} or sum({{ measure.name }}) <> 0{% endfor %}
),

today as (
  select
    (select cast(value as date) from {{ source('lake', 'warehouse_state') }} where name = 'build_date') as booked_on,
    (select max(base_currency) from {{ ref('exchange_rates') }}) as base_currency
)

select event_date, cast(null as date) as adjusts_date, game_id, platform, currency, base_currency
  {%- for measure in measures %}, {{ measure.name }}{% endfor %}
from live where not is_closed
union all
select event_date, null, game_id, platform, currency, base_currency
  {%- for measure in measures %}, {{ figure(measure) }}{% endfor %}
from {{ source('lake', 'raw_closed_figures') }}
union all
select booked_on, event_date, game_id, platform, currency, base_currency
  {%- for measure in measures %}, {{ figure(measure) }}{% endfor %}
from {{ source('lake', 'raw_adjustments') }}
union all
select today.booked_on, event_date, game_id, platform, currency, today.base_currency
  {%- for measure in measures %}, cast({{ measure.name }} as {{ measure.type }}){% endfor %}
from unbooked cross join today
{%- endmacro %}
