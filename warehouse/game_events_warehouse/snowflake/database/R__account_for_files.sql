-- What Snowpipe says of its files is kept, because it forgets after 14 days. A file with lines that it could not read
-- (bytes that are no UTF-8, a broken archive) is a row of the malformed lines, with the first reason.
create or replace procedure {{ database }}.RAW.ACCOUNT_FOR_FILES()
returns varchar
language sql
execute as owner
as
$$
begin
  create or replace temporary table {{ database }}.RAW.NEWLY_LOADED as
  select
    regexp_substr(history.stage_location || history.file_name, '(events|rejected)/.*') as source_file,
    split_part(regexp_substr(history.stage_location || history.file_name, '(events|rejected)/.*'), '/', 1) as stream,
    history.file_size as size,
    to_varchar(history.last_load_time) as etag,
    coalesce(history.row_count, 0) as rows_loaded,
    coalesce(history.error_count, 0) as rows_malformed,
    history.first_error_message as first_error,
    convert_timezone('UTC', history.last_load_time)::timestamp_ntz as loaded_at
  from table({{ database }}.information_schema.copy_history(
    table_name => '{{ database }}.RAW.LANDED_LINES',
    start_time => dateadd(day, -13, current_timestamp())
  )) as history
  where history.status <> 'Load in progress'
    and not exists (
      select 1
      from {{ database }}.RAW.LOADED_FILES as known
      where known.source_file = regexp_substr(history.stage_location || history.file_name, '(events|rejected)/.*')
        and known.etag = to_varchar(history.last_load_time)
    );
  begin transaction;
  insert into {{ database }}.RAW.LOADED_FILES
    (source_file, stream, size, etag, rows_loaded, rows_malformed, first_event_date, loaded_at)
  select source_file, stream, size, etag, rows_loaded, rows_malformed, null, loaded_at
  from {{ database }}.RAW.NEWLY_LOADED;
  insert into {{ database }}.RAW.RAW_MALFORMED_LINES (stream, line, reason, source_file, source_row, loaded_at)
  select stream, '', rows_malformed || ' lines could not be read: ' || coalesce(first_error, 'no reason given'),
    source_file, 0, loaded_at
  from {{ database }}.RAW.NEWLY_LOADED
  where rows_malformed > 0 or first_error is not null;
  commit;
  -- Routed lines are not needed twice; those of the last day stay for whoever looks into a defect.
  if (not system$stream_has_data('{{ database }}.RAW.ARRIVALS')) then
    delete from {{ database }}.RAW.LANDED_LINES
    where scanned_at < dateadd(day, -1, current_timestamp());
  end if;
  return 'accounted';
end;
$$;

create or replace task {{ database }}.RAW.ACCOUNT_FOR_FILES_HOURLY
  warehouse = {{ database }}_LOAD
  schedule = 'USING CRON 7 * * * * UTC'
  allow_overlapping_execution = false
  suspend_task_after_num_failures = 24
  user_task_timeout_ms = 900000
  comment = 'Every hour, seven minutes past'
as
call {{ database }}.RAW.ACCOUNT_FOR_FILES();
alter task {{ database }}.RAW.ACCOUNT_FOR_FILES_HOURLY resume;
