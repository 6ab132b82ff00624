-- The tables of the local loader, under the same names, so that one dbt project reads either. Transient, one day of Time
-- Travel and no Fail-safe: the lake is the copy that lasts, and an erased player is gone after a day.
create transient table if not exists {{ database }}.RAW.LANDED_LINES (
  stream varchar not null comment 'events or rejected',
  line varchar not null comment 'A line of the lake, word for word',
  source_file varchar not null comment 'The file, from its stream on',
  source_row number(38, 0) not null comment 'The line''s number in it',
  scanned_at timestamp_ltz(9) not null comment 'When Snowpipe began to read the file'
)
data_retention_time_in_days = 1
comment = 'Where the pipes put lines; the task ROUTE_LINES takes them on';

create transient table if not exists {{ database }}.RAW.RAW_EVENTS (
  record variant not null comment 'The stored line, with the server''s fields around the event',
  source_file varchar not null,
  source_row number(38, 0) not null,
  loaded_at timestamp_ntz(6) not null comment 'UTC, the same for all lines of one run of the task, later than any before',
  fingerprint varchar(32) not null comment 'Of what the event says, from its line'
)
cluster by (to_date(loaded_at))
data_retention_time_in_days = 1
comment = 'Accepted events, duplicates included';

create transient table if not exists {{ database }}.RAW.RAW_REJECTED_EVENTS (
  record variant not null,
  source_file varchar not null,
  source_row number(38, 0) not null,
  loaded_at timestamp_ntz(6) not null
)
data_retention_time_in_days = 1
comment = 'Rejected events with their reasons';

create transient table if not exists {{ database }}.RAW.RAW_MALFORMED_LINES (
  stream varchar not null,
  line varchar not null,
  reason varchar not null,
  source_file varchar not null,
  source_row number(38, 0) not null comment '0 stands for a file that could not be read whole',
  loaded_at timestamp_ntz(6) not null
)
data_retention_time_in_days = 1
comment = 'Lines that are no stored event, so that none is dropped in silence';

create table if not exists {{ database }}.RAW.LOADED_FILES (
  source_file varchar not null,
  stream varchar not null,
  size number(38, 0) not null,
  etag varchar not null,
  rows_loaded number(38, 0) not null,
  rows_malformed number(38, 0) not null comment 'Lines that Snowpipe could not read',
  first_event_date date,
  loaded_at timestamp_ntz(6) not null
)
data_retention_time_in_days = 1
comment = 'Every file of the lake that Snowpipe took, by COPY_HISTORY, which itself forgets after 14 days';

create table if not exists {{ database }}.RAW.RAW_EXCHANGE_RATES (
  currency varchar(3) not null,
  rate_date date not null,
  base_currency varchar(3) not null,
  rate number(24, 12) not null comment 'Multiplier into the base currency',
  observed_on date not null comment 'When the rate was observed; earlier than rate_date on a weekend',
  is_stale boolean not null,
  rate_source varchar not null,
  rates_version varchar not null
)
data_retention_time_in_days = {{ retention_days }}
comment = 'One rate a currency and day; computed with exact decimals outside, only multiplied with in SQL';

-- What `warehouse close` keeps in a studio's books. That command knows the local warehouse only: here no month is closed.
create transient table if not exists {{ database }}.RAW.RAW_CLOSED_MONTHS (
  month date not null
)
data_retention_time_in_days = 1;
create transient table if not exists {{ database }}.RAW.RAW_CLOSED_FIGURES (
  event_date date not null,
  game_id varchar not null,
  platform varchar,
  currency varchar(3) not null,
  base_currency varchar(3) not null,
  figures variant not null
)
data_retention_time_in_days = 1;
create transient table if not exists {{ database }}.RAW.RAW_ADJUSTMENTS (
  booked_on date not null,
  event_date date not null,
  game_id varchar not null,
  platform varchar,
  currency varchar(3) not null,
  base_currency varchar(3) not null,
  figures variant not null
)
data_retention_time_in_days = 1;
-- Which rates changed, and through which load facts were built, is for local builds: without it a run looks at all facts.
create transient table if not exists {{ database }}.RAW.CHANGED_EXCHANGE_RATES (
  currency varchar(3) not null,
  rate_date date not null,
  is_another boolean not null
)
data_retention_time_in_days = 1;
create view if not exists {{ database }}.RAW.WAREHOUSE_STATE
  comment = 'The day that a run books on'
as
select 'build_date' as name, to_varchar(convert_timezone('UTC', current_timestamp())::date) as value;
