-- Access roles hold privileges, functional roles are what people and programs use: a privilege is granted once, to an
-- access role, and who may do what is a line below. Run as ACCOUNTADMIN.
create role if not exists {{ database }}_RAW_READ comment = 'Access: read the raw tables';
create role if not exists {{ database }}_RAW_WRITE comment = 'Access: write the raw tables, look after pipes and tasks';
create role if not exists {{ database }}_ANALYTICS_READ comment = 'Access: read facts and marts';
create role if not exists {{ database }}_ANALYTICS_WRITE comment = 'Access: create what dbt derives';
create role if not exists {{ database }}_MASKS_APPLY comment = 'Access: put masking policies on columns';
create role if not exists {{ database }}_PLAINTEXT comment = 'Access: masking policies show personal data';

create role if not exists {{ database }}_DEPLOYER comment = 'Functional: owns schemas, raw tables, pipes and tasks';
create role if not exists {{ database }}_TRANSFORMER comment = 'Functional: dbt';
create role if not exists {{ database }}_ANALYST comment = 'Functional: asks facts and marts, personal data masked';
create role if not exists {{ database }}_PRIVACY comment = 'Functional: sees personal data, erases players';

grant role {{ database }}_RAW_READ to role {{ database }}_RAW_WRITE;
grant role {{ database }}_ANALYTICS_READ to role {{ database }}_ANALYTICS_WRITE;

grant role {{ database }}_RAW_READ to role {{ database }}_TRANSFORMER;
grant role {{ database }}_ANALYTICS_WRITE to role {{ database }}_TRANSFORMER;
grant role {{ database }}_MASKS_APPLY to role {{ database }}_TRANSFORMER;
grant role {{ database }}_PLAINTEXT to role {{ database }}_TRANSFORMER;
grant role {{ database }}_ANALYTICS_READ to role {{ database }}_ANALYST;
grant role {{ database }}_ANALYTICS_READ to role {{ database }}_PRIVACY;
grant role {{ database }}_PLAINTEXT to role {{ database }}_PRIVACY;

-- PLAINTEXT stays out of SYSADMIN's reach: whoever runs the account need not see who plays.
grant role {{ database }}_DEPLOYER to role SYSADMIN;
grant role {{ database }}_ANALYST to role SYSADMIN;
