with counted as (
  select
    (select count(*) from {{ source('lake', 'raw_rejected_events') }}) as raw_rows,
    (select count(*) from {{ ref('rejected_events') }}) as rejected
)

select * from counted where raw_rows <> rejected
