with counted as (
  select
    (select coalesce(sum(rows_loaded), 0) from {{ source('lake', 'loaded_files') }}) as in_files,
    (select count(*) from {{ source('lake', 'raw_events') }})
    + (select count(*) from {{ source('lake', 'raw_rejected_events') }}) as in_tables
)

select * from counted where in_files <> in_tables
