-- Snowflake reads the lake by a role in AWS that it may assume: no key of AWS is in this account. After this,
-- `describe integration` names the user and the external id that the role's trust policy has to admit.
create storage integration if not exists {{ database }}_LAKE
  type = external_stage
  storage_provider = 'S3'
  enabled = true
  storage_aws_role_arn = '{{ lake_role_arn }}'
  storage_allowed_locations = ('{{ lake_url }}');
grant usage on integration {{ database }}_LAKE to role {{ database }}_DEPLOYER;
