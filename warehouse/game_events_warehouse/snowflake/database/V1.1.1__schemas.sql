-- Run as {{ database }}_DEPLOYER, which owns what is made here.
create schema if not exists {{ database }}.RAW
  with managed access
  data_retention_time_in_days = 1
  comment = 'What the lake holds, a line a row; written by pipes and tasks only';
-- Not managed: dbt, which owns its tables, lets readers in once their personal columns are masked.
create schema if not exists {{ database }}.ANALYTICS
  data_retention_time_in_days = {{ retention_days }}
  comment = 'What dbt derives of RAW';
create schema if not exists {{ database }}.REPORTING
  data_retention_time_in_days = 1
  comment = 'Views of ANALYTICS under names that analysts bring along';
create schema if not exists {{ database }}.PRIVACY
  with managed access
  data_retention_time_in_days = 1
  comment = 'Masking policies, and which players were erased';

grant usage on schema {{ database }}.RAW to role {{ database }}_RAW_READ;
grant select on future tables in schema {{ database }}.RAW to role {{ database }}_RAW_READ;
grant select on future views in schema {{ database }}.RAW to role {{ database }}_RAW_READ;
grant insert, update, delete on future tables in schema {{ database }}.RAW to role {{ database }}_RAW_WRITE;
grant usage on schema {{ database }}.ANALYTICS to role {{ database }}_ANALYTICS_READ;
grant create table, create view on schema {{ database }}.ANALYTICS to role {{ database }}_ANALYTICS_WRITE;
grant usage on schema {{ database }}.REPORTING to role {{ database }}_ANALYTICS_READ;
grant create view on schema {{ database }}.REPORTING to role {{ database }}_ANALYTICS_WRITE;
grant usage on schema {{ database }}.PRIVACY to role {{ database }}_MASKS_APPLY;
grant usage on schema {{ database }}.PRIVACY to role {{ database }}_PRIVACY;
