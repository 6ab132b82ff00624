-- A player's identifier becomes a token that leads nowhere, and what the schemas call personal data goes; event_id,
-- fingerprint and money stay, so that no count and no sum changes. Which fields these are is read from the schemas when
-- this is deployed. Only the raw lines are changed: every other table is derived of them, by `dbt build --full-refresh`.
create or replace procedure {{ database }}.PRIVACY.APPLY_ERASURES()
returns number
language sql
execute as owner
as
$$
declare
  erased number default 0;
begin
  update {{ database }}.RAW.RAW_EVENTS as lines
  set record = object_insert(lines.record::object, 'event', {{ erased_event }}, true)
  from {{ database }}.PRIVACY.ERASURES as erasures
  where lines.record:event.game_id::varchar = erasures.game_id
    and sha2(lines.record:event.user_id::varchar, 256) = erasures.user_digest;
  erased := sqlrowcount;
  update {{ database }}.RAW.RAW_REJECTED_EVENTS as lines
  set record = object_delete(lines.record::object, 'raw')
  from {{ database }}.PRIVACY.ERASURES as erasures
  where sha2(try_parse_json(lines.record:raw::varchar):user_id::varchar, 256) = erasures.user_digest;
  return erased;
end;
$$;

create or replace procedure {{ database }}.PRIVACY.ERASE_PLAYER(game_id varchar, user_id varchar, asked_by varchar)
returns varchar
language sql
execute as owner
as
$$
declare
  erased number default 0;
  quoted varchar default '"' || user_id || '"';
begin
  insert into {{ database }}.PRIVACY.ERASURES (game_id, user_digest, token, asked_by, asked_at)
  select :game_id, sha2(:user_id, 256), 'erased-' || uuid_string(), :asked_by,
    convert_timezone('UTC', current_timestamp())::timestamp_ntz
  where not exists (
    select 1
    from {{ database }}.PRIVACY.ERASURES as known
    where known.game_id = :game_id and known.user_digest = sha2(:user_id, 256)
  );
  call {{ database }}.PRIVACY.APPLY_ERASURES() into :erased;
  -- Text that is no event can hold the identifier anywhere.
  update {{ database }}.RAW.RAW_REJECTED_EVENTS
  set record = object_delete(record::object, 'raw')
  where contains(record:raw::varchar, :quoted);
  update {{ database }}.RAW.RAW_MALFORMED_LINES set line = '' where contains(line, :quoted);
  delete from {{ database }}.RAW.LANDED_LINES where contains(line, :quoted);
  return erased || ' lines; now run dbt build --full-refresh, and in a day Time Travel has forgotten them';
end;
$$;

grant usage on procedure {{ database }}.PRIVACY.APPLY_ERASURES() to role {{ database }}_PRIVACY;
grant usage on procedure {{ database }}.PRIVACY.ERASE_PLAYER(varchar, varchar, varchar) to role {{ database }}_PRIVACY;

-- Lines of erased players that came since. The tables derived of them follow with the next `dbt build --full-refresh`.
create or replace task {{ database }}.PRIVACY.APPLY_ERASURES_DAILY
  warehouse = {{ database }}_LOAD
  schedule = 'USING CRON 0 3 * * * UTC'
  allow_overlapping_execution = false
  suspend_task_after_num_failures = 7
  user_task_timeout_ms = 3600000
  comment = 'Daily: who was erased before, in what came since'
as
call {{ database }}.PRIVACY.APPLY_ERASURES();
alter task {{ database }}.PRIVACY.APPLY_ERASURES_DAILY resume;
