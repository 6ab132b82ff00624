-- The database is there already: the table that says which of these files were applied is in it.
alter database {{ database }} set data_retention_time_in_days = {{ retention_days }};
grant usage, create schema on database {{ database }} to role {{ database }}_DEPLOYER;
grant usage on database {{ database }} to role {{ database }}_RAW_READ;
grant usage on database {{ database }} to role {{ database }}_ANALYTICS_READ;
grant usage on database {{ database }} to role {{ database }}_MASKS_APPLY;
grant usage on database {{ database }} to role {{ database }}_PRIVACY;
grant execute task on account to role {{ database }}_DEPLOYER;
