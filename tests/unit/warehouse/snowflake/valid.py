"""Statements that Snowflake takes, in the ways its reference shows: none may be alarmed."""

VALID = """
create database if not exists game data_retention_time_in_days = 7 comment = 'events';
create transient database scratch;
create or replace database game_copy clone game;
create schema game.raw with managed access data_retention_time_in_days = 1;
create or replace transient schema game.stage;
create role if not exists reader comment = 'reads';
create database role game.reads;
use role sysadmin;
use database game;
use schema game.raw;
use warehouse w;
use secondary roles all;

create or replace warehouse w with warehouse_size = 'X-LARGE' max_cluster_count = 10 min_cluster_count = 1
  scaling_policy = 'ECONOMY' auto_suspend = 300, auto_resume = true initially_suspended = true comment = 'big';
create warehouse if not exists w2 warehouse_size = medium auto_suspend = null;
create warehouse w3 warehouse_type = 'SNOWPARK-OPTIMIZED' warehouse_size = 'MEDIUM' resource_constraint = 'MEMORY_16X';
alter warehouse if exists w set warehouse_size = small, auto_suspend = 60;
alter warehouse w suspend;
alter warehouse w resume if suspended;
alter warehouse w unset resource_monitor;
alter warehouse w rename to w9;
create or replace resource monitor m with credit_quota = 1000 notify_users = (jdoe, "Jane Smith")
  frequency = monthly start_timestamp = immediately triggers on 75 percent do notify on 100 percent do suspend
  on 110 percent do suspend_immediate;
alter resource monitor m set credit_quota = 2000;

create table t (a number, b varchar(20) not null default 'x', c timestamp_ltz(3) default current_timestamp());
create or replace table game.raw.t (
  id number(38, 0) autoincrement start 1 increment 1 order,
  name string collate 'en-ci' comment 'of the player',
  amount decimal(18, 4) not null,
  price number(19, 4),
  interest_rate number(5, 2),
  told variant,
  many array,
  pairs map(varchar, number),
  point geography,
  embedding vector(float, 256),
  at timestamp with time zone,
  exact double precision,
  flag boolean default false,
  constraint pk primary key (id) rely,
  foreign key (name) references game.raw.players (name)
)
cluster by (to_date(at), id)
enable_schema_evolution = true
data_retention_time_in_days = 90
change_tracking = true
copy grants
comment = 'all of it';
create temporary table tmp (a int) data_retention_time_in_days = 0;
create transient table like_it like t;
create table copy_of_it clone t at (offset => -3600);
create table of_a_query as select a, count(*) as n from t group by a;
create or replace table with_names (a varchar, b number) as select 'x', 1;
create table with_policies (
  email varchar with masking policy hide,
  ssn varchar masking policy hide using (ssn, email) with tag (kind = 'secret')
) with row access policy rows on (email);
create table from_files using template (
  select array_agg(object_construct(*)) from table(infer_schema(location => '@s', file_format => 'f'))
);
create table quoted ("a b" varchar, "select" number);
create table sized (a varchar(16777216), b binary(8388608), c char(3), d numeric(38, 37), e time(9));
create table derived (at timestamp_ntz, day date as (to_date(at)), hour number as (hour(at))) cluster by (to_date(at));
alter table t cluster by (a, b);
alter table t drop clustering key;
alter table t suspend recluster;
alter table t add column d date, e number;
alter table t add column if not exists f varchar;
alter table t drop column d;
alter table t rename column a to z;
alter table t modify column b set masking policy hide;
alter table t alter column b set data type varchar(50);
alter table t set data_retention_time_in_days = 30 change_tracking = true;
alter table t unset data_retention_time_in_days;
alter table t swap with t2;
alter table t add search optimization on equality(b);
alter table t add constraint u unique (b);
alter table t add row access policy rows on (b);
truncate table if exists t;
comment on column t.b is 'text';
comment if exists on schema game.raw is 'lines';

create or replace secure view v (a comment 'first', b) copy grants comment = 'short' as select a, b from t;
create view if not exists v2 as with x as (select 1 as n) select n from x;
create materialized view mv cluster by (a) as select a, sum(amount) as amount from t group by a;
create dynamic table d target_lag = '20 minutes' warehouse = w refresh_mode = auto initialize = on_create
  as select a, count(*) as n from t group by a;
create or replace dynamic table d2 target_lag = downstream warehouse = w as select a from d;
alter dynamic table d suspend;
alter dynamic table d set target_lag = '1 hour';

create stage internal;
create stage if not exists game.raw.lake url = 's3://bucket/path/' storage_integration = i
  directory = (enable = true auto_refresh = true) file_format = (type = json);
create stage sse encryption = (type = 'SNOWFLAKE_SSE');
create stage kms url = 's3://bucket/' storage_integration = i encryption = (type = 'AWS_SSE_KMS' kms_key_id =
  'aws/key');
create or replace stage named file_format = game.raw.f copy_options = (on_error = 'skip_file');
alter stage lake set url = 's3://bucket/other/';
alter stage lake refresh subpath = 'events';
create storage integration i type = external_stage storage_provider = 'S3' enabled = true
  storage_aws_role_arn = 'arn:aws:iam::001234567890:role/lake' storage_allowed_locations = ('s3://a/b/', 's3://c/')
  storage_blocked_locations = ('s3://a/b/secret/');
create storage integration g type = external_stage storage_provider = 'GCS' enabled = true
  storage_allowed_locations = ('*');
create storage integration z type = external_stage storage_provider = 'AZURE' enabled = true
  azure_tenant_id = 'a1b2' storage_allowed_locations = ('azure://x.blob.core.windows.net/y/');
alter storage integration i set enabled = false;
alter integration i set comment = 'x';
create or replace file format csv_pipe type = csv field_delimiter = '|' skip_header = 1 null_if = ('NULL', 'null')
  empty_field_as_null = true compression = gzip;
create file format j type = 'JSON' strip_outer_array = true date_format = 'YYYY-MM-DD' compression = auto;
create file format p type = parquet compression = snappy use_vectorized_scanner = true;
create file format default_of_all;
alter file format j set strip_null_values = true;

copy into t from @lake;
copy into t from @lake/events/ file_format = (type = json) match_by_column_name = case_insensitive;
copy into t (a, b) from (select $1, metadata$filename from @lake/2026/ (file_format => 'j', pattern => '.*[.]gz'))
  on_error = 'skip_file_10%';
copy into t from @lake files = ('a.json', 'b.json') on_error = skip_file_5 force = true purge = true;
copy into t from 's3://bucket/x/' storage_integration = i pattern = '.*[.]csv' file_format = (format_name = csv_pipe);
copy into t from @lake validation_mode = return_errors;
copy into @lake/out/ from (select a from t) file_format = (type = parquet) header = true max_file_size = 33554432;
copy into @%t from t partition by (to_varchar(at)) overwrite = true single = false;
create pipe p as copy into t from @lake;
create or replace pipe game.raw.p auto_ingest = true aws_sns_topic = 'arn:aws:sns:us-west-2:001234567890:topic'
  as copy into t (a) from (select $1 from @lake) file_format = (type = 'JSON') on_error = continue;
create pipe if not exists p3 auto_ingest = true integration = 'N' as copy into t from @lake pattern = '.*x.*';
alter pipe p set pipe_execution_paused = true;
alter pipe p refresh prefix = 'events/' modified_after = '2026-11-01T13:56:46-07:00';

create stream s on table t;
create or replace stream s2 on table game.raw.t append_only = true show_initial_rows = true comment = 'new ones';
create stream if not exists s3 on external table ext insert_only = true;
create stream s4 on view v;
create stream s5 on table t at (timestamp => to_timestamp_tz('02/02/2026 01:02:03', 'mm/dd/yyyy hh24:mi:ss'));
create stream s6 on stage lake;
create task k schedule = '60 MINUTES' as insert into t (a) values (1);
create or replace task k2 warehouse = w schedule = 'USING CRON 0 9-17 * * SUN America/Los_Angeles'
  timestamp_input_format = 'YYYY-MM-DD HH24' user_task_timeout_ms = 60000 as insert into t (a) values (1);
create task k3 warehouse = w schedule = '5 minute' when system$stream_has_data('S') and system$stream_has_data('S2')
  as merge into t using s on t.a = s.a when matched then update set t.b = s.b when not matched then insert (a) values
  (s.a);
create task k4 target_completion_interval = '15 MINUTES' user_task_managed_initial_warehouse_size = 'XSMALL'
  when system$stream_has_data('S') as insert into t (a) select a from s;
create task k5 warehouse = w after k, k2 as call load_it();
create task k6 warehouse = w finalize = k as begin insert into t (a) values (1); delete from t where a = 1; end;
create task k7 schedule = '10 SECONDS' config = $${"x": 1}$$ overlap_policy = no_overlap as select 1;
create task k8 warehouse = w schedule = 'USING CRON 0 0 L * MON#1 UTC' as execute immediate $$ begin return 1; end; $$;
alter task k resume;
alter task if exists k set schedule = '30 MINUTES', user_task_timeout_ms = 1000;
alter task k remove after k2;
alter task k modify when system$stream_has_data('S');
execute task k;

create masking policy hide as (val string) returns string ->
  case when current_role() in ('ANALYST') then val else '*********' end;
create or replace masking policy hide2 as (email varchar, visibility string) returns varchar ->
  case when visibility = 'PUBLIC' then email else regexp_replace(email, '.+\\@', '*****@') end comment = 'emails';
create masking policy if not exists hide3 as (v variant) returns variant -> object_insert(v, 'a', '*', true);
create masking policy hide4 as (n number(38, 0)) returns number(38, 0) -> case when is_role_in_session('R') then n
  else 0 end;
alter masking policy hide set body -> '**';
create row access policy rows as (region varchar) returns boolean ->
  'EXEC' = current_role() or exists (select 1 from regions where name = region);
create tag kind allowed_values 'secret', 'public' comment = 'of data';
alter table t set tag kind = 'secret';

grant usage on database game to role reader;
grant usage, monitor on warehouse w to role reader;
grant select, insert on all tables in schema game.raw to role reader;
grant select on future views in database game to role reader with grant option;
grant all privileges on function f(number, varchar) to role reader;
grant all on schema game.raw to role reader;
grant role reader to role sysadmin;
grant role reader to user jdoe;
grant database role game.reads to role reader;
grant ownership on table game.raw.t to role reader copy current grants;
grant ownership on all tables in schema game.raw to role reader revoke current grants;
grant ownership on future tables in schema game.raw to role reader;
grant create table, create view on schema game.raw to role reader;
grant execute task, create integration on account to role reader;
grant imported privileges on database snowflake to role reader;
grant apply on masking policy hide to role reader;
grant apply masking policy on account to role reader;
grant operate on pipe p to role reader;
grant usage on procedure erase(varchar) to role reader;
grant select on table t to share partners;
grant read on stage internal to role reader;
revoke select on table t from role reader cascade;
revoke grant option for select on view v from role reader;
revoke role reader from user jdoe;
revoke all privileges on database game from role reader;

create sequence q start = 1 increment = 1;
create user u default_role = reader default_warehouse = w type = service rsa_public_key = 'MIIB';
create network policy np allowed_ip_list = ('192.168.1.0/24');
create or replace function area(r float) returns float as 'pi() * r * r';
create or replace procedure run() returns varchar language sql as $$ begin return 'x'; end; $$;
create or replace procedure py(n int) returns int language python runtime_version = '3.11'
  packages = ('snowflake-snowpark-python') handler = 'f' as $$
def f(session, n):
    return n + 1
$$;
call run();
set day = '2026-11-27';
show tables in schema game.raw;
describe table t;
drop table if exists t cascade;
drop integration if exists i;
drop procedure run();
undrop schema game.raw;
insert into t (a, b) select $1, $2 from values (1, 'x'), (2, 'y');
insert overwrite into t select a, b from t2;
update t set b = s.b from s where t.a = s.a;
delete from t using s where t.a = s.a;
select told:event.items[0]::varchar as item, f.value from t, lateral flatten(input => told:items) as f qualify
  row_number() over (partition by a order by b) = 1;
begin transaction;
commit;
execute immediate $$ declare n number; begin n := 1; return n; end; $$;
-- a comment with 'an apostrophe
/* and another; with a semicolon */
select 'it''s; fine' as text;
"""
