-- What the loader writes. Everything else in the database is derived from these tables by dbt.
create table if not exists raw_events (
  record json not null,
  source_file varchar not null,
  source_row bigint not null,
  loaded_at timestamp not null,
  fingerprint varchar -- of what the event says, from its line; the loader makes those of lines that have none
);
alter table raw_events add column if not exists fingerprint varchar; -- which earlier releases did not have
create table if not exists raw_rejected_events (
  record json not null,
  source_file varchar not null,
  source_row bigint not null,
  loaded_at timestamp not null
);
-- Lines that are no stored event, word for word, so that nothing is dropped in silence.
-- source_row 0 stands for the whole file: it could not be unpacked.
create table if not exists raw_malformed_lines (
  stream varchar not null,
  line varchar not null,
  reason varchar not null,
  source_file varchar not null,
  source_row bigint not null,
  loaded_at timestamp not null
);
create table if not exists loaded_files (
  source_file varchar not null,
  stream varchar not null,
  size bigint not null,
  etag varchar not null,
  rows_loaded bigint not null,
  rows_malformed bigint not null,
  first_event_date date, -- the earliest credible effective_time in it; decides how far back exchange rates reach
  loaded_at timestamp not null,
  primary key (source_file, size, etag)
);
create table if not exists raw_exchange_rates (
  currency varchar not null,
  rate_date date not null,
  base_currency varchar not null,
  rate decimal(24, 12) not null,
  observed_on date not null,
  is_stale boolean not null,
  rate_source varchar not null,
  rates_version varchar not null
);
-- Currencies and days whose rate the last change of the rates wrote anew; is_another where it is another rate.
create table if not exists changed_exchange_rates (
  currency varchar not null,
  rate_date date not null,
  is_another boolean not null
);
-- Copies of what the studio's books say, for dbt.
create table if not exists raw_closed_months (
  month date not null
);
create table if not exists raw_closed_figures (
  event_date date not null,
  game_id varchar not null,
  platform varchar,
  currency varchar not null,
  base_currency varchar not null,
  figures varchar not null
);
create table if not exists raw_adjustments (
  booked_on date not null,
  event_date date not null,
  game_id varchar not null,
  platform varchar,
  currency varchar not null,
  base_currency varchar not null,
  figures varchar not null
);
create table if not exists published_revenue (
  event_date date not null,
  game_id varchar not null,
  currency varchar not null,
  figures varchar not null
);
create table if not exists warehouse_state (
  name varchar primary key,
  value varchar not null
);
