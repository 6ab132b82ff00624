-- What has to be there before anything can be applied: a database, in which stands what was applied, and a warehouse to
-- write that on. Run as ACCOUNTADMIN, as the files after it.
create database if not exists {{ database }};
create warehouse if not exists {{ database }}_LOAD
  warehouse_size = 'XSMALL'
  auto_suspend = 60
  auto_resume = true
  initially_suspended = true
  statement_timeout_in_seconds = 900
  comment = 'Routes arrived lines, accounts for files, erases';
