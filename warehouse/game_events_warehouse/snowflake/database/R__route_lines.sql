-- Every line that arrived goes to one table, in one statement, and so does the stream's offset: none is lost between
-- the two, and none is routed twice. Runs do not overlap, and each stamps its lines with its own moment, later than all
-- before: dbt, which reads what came since the last moment that it saw, misses nothing.
create or replace task {{ database }}.RAW.ROUTE_LINES
  warehouse = {{ database }}_LOAD
  allow_overlapping_execution = false
  suspend_task_after_num_failures = 0
  user_task_timeout_ms = 900000
  user_task_minimum_trigger_interval_in_seconds = 60
  comment = 'Runs when lines arrived, once a minute at the most'
  when system$stream_has_data('{{ database }}.RAW.ARRIVALS')
as
insert first
  when defect is null and stream = 'rejected' then
    into {{ database }}.RAW.RAW_REJECTED_EVENTS (record, source_file, source_row, loaded_at)
    values (record, source_file, source_row, loaded_at)
  when defect is null then
    into {{ database }}.RAW.RAW_EVENTS (record, source_file, source_row, loaded_at, fingerprint)
    values (record, source_file, source_row, loaded_at, fingerprint)
  else
    into {{ database }}.RAW.RAW_MALFORMED_LINES (stream, line, reason, source_file, source_row, loaded_at)
    values (stream, line, defect, source_file, source_row, loaded_at)
select
  stream,
  line,
  record,
  source_file,
  source_row,
  convert_timezone('UTC', current_timestamp())::timestamp_ntz as loaded_at,
  record:fingerprint::varchar as fingerprint,
  case
    when record is null then 'not valid JSON'
    when not is_object(record) then 'not a JSON object'
    when try_to_timestamp_tz(record:received_at::varchar) is null then 'no usable /received_at'
    when stream = 'rejected' then null
    when not coalesce(is_object(record:event), false) then 'no object at /event'
    when coalesce(typeof(record:event.event_id), '') <> 'VARCHAR' or record:event.event_id::varchar = '' then 'no /event/event_id'
    when coalesce(typeof(record:event.event_type), '') <> 'VARCHAR' or record:event.event_type::varchar = '' then 'no /event/event_type'
    when coalesce(typeof(record:event.game_id), '') <> 'VARCHAR' or record:event.game_id::varchar = '' then 'no /event/game_id'
    when try_to_timestamp_tz(record:effective_time::varchar) is null then 'no usable /effective_time'
    when record:fingerprint is null then 'no /fingerprint: the line is of a server older than fingerprints'
  end as defect
from (
  select stream, line, source_file, source_row, try_parse_json(line) as record
  from {{ database }}.RAW.ARRIVALS
) as parsed;
alter task {{ database }}.RAW.ROUTE_LINES resume;
