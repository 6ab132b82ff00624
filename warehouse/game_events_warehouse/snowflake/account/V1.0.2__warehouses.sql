-- Compute, and a bound on what it costs. A warehouse is billed a minute at the least each time it resumes, so 60 seconds
-- is the shortest AUTO_SUSPEND that saves anything. The third one, LOAD, is there already: this runs on it.
create warehouse if not exists {{ database }}_TRANSFORM
  warehouse_size = '{{ transform_size }}'
  auto_suspend = 60
  auto_resume = true
  initially_suspended = true
  statement_timeout_in_seconds = 7200
  comment = 'dbt';
create warehouse if not exists {{ database }}_ASK
  warehouse_size = 'XSMALL'
  auto_suspend = 60
  auto_resume = true
  initially_suspended = true
  statement_timeout_in_seconds = 600
  statement_queued_timeout_in_seconds = 120
  comment = 'Analysts';

create resource monitor if not exists {{ database }}_BUDGET with
  credit_quota = {{ credit_quota }}
  frequency = monthly
  start_timestamp = immediately
  triggers
    on 80 percent do notify
    on 100 percent do suspend
    on 110 percent do suspend_immediate;
alter warehouse {{ database }}_LOAD set resource_monitor = {{ database }}_BUDGET;
alter warehouse {{ database }}_TRANSFORM set resource_monitor = {{ database }}_BUDGET;
alter warehouse {{ database }}_ASK set resource_monitor = {{ database }}_BUDGET;

grant usage, operate on warehouse {{ database }}_LOAD to role {{ database }}_DEPLOYER;
grant usage on warehouse {{ database }}_LOAD to role {{ database }}_PRIVACY;
grant usage on warehouse {{ database }}_TRANSFORM to role {{ database }}_TRANSFORMER;
grant usage on warehouse {{ database }}_ASK to role {{ database }}_ANALYST;
grant usage on warehouse {{ database }}_ASK to role {{ database }}_PRIVACY;
