create table if not exists {{ database }}.PRIVACY.PSEUDONYM_SALT (
  salt varchar not null
)
data_retention_time_in_days = 0
comment = 'One row, made here and known to nobody: what pseudonyms of players are made with';
insert into {{ database }}.PRIVACY.PSEUDONYM_SALT (salt)
select sha2(uuid_string() || randstr(64, random()), 256)
where not exists (select 1 from {{ database }}.PRIVACY.PSEUDONYM_SALT);

create table if not exists {{ database }}.PRIVACY.ERASURES (
  game_id varchar not null,
  user_digest varchar(64) not null comment 'SHA-256 of the user_id: enough to erase it again when lines come back',
  token varchar not null comment 'What stands in place of the user_id',
  asked_by varchar not null,
  asked_at timestamp_ntz(6) not null
)
data_retention_time_in_days = {{ retention_days }}
comment = 'Which players were erased, by whom and when';

create masking policy if not exists {{ database }}.PRIVACY.PSEUDONYM as (value varchar) returns varchar ->
  case
    when is_role_in_session('{{ database }}_PLAINTEXT') then value
    else sha2(value || (select salt from {{ database }}.PRIVACY.PSEUDONYM_SALT), 256)
  end
  comment = 'Of a player: another name, the same everywhere, so that players can still be counted and joined';
create masking policy if not exists {{ database }}.PRIVACY.HIDDEN_TEXT as (value varchar) returns varchar ->
  case when is_role_in_session('{{ database }}_PLAINTEXT') then value end
  comment = 'Personal data: NULL for whoever may not see it';
create masking policy if not exists {{ database }}.PRIVACY.HIDDEN_JSON as (value variant) returns variant ->
  case when is_role_in_session('{{ database }}_PLAINTEXT') then value end;
create masking policy if not exists {{ database }}.PRIVACY.HIDDEN_NUMBER as (value number) returns number ->
  case when is_role_in_session('{{ database }}_PLAINTEXT') then value end;
create masking policy if not exists {{ database }}.PRIVACY.HIDDEN_FLOAT as (value float) returns float ->
  case when is_role_in_session('{{ database }}_PLAINTEXT') then value end;
create masking policy if not exists {{ database }}.PRIVACY.HIDDEN_FLAG as (value boolean) returns boolean ->
  case when is_role_in_session('{{ database }}_PLAINTEXT') then value end;
create masking policy if not exists {{ database }}.PRIVACY.HIDDEN_DATE as (value date) returns date ->
  case when is_role_in_session('{{ database }}_PLAINTEXT') then value end;
create masking policy if not exists {{ database }}.PRIVACY.HIDDEN_TIME as (value timestamp_ntz) returns timestamp_ntz ->
  case when is_role_in_session('{{ database }}_PLAINTEXT') then value end;
{% for policy in ("PSEUDONYM", "HIDDEN_TEXT", "HIDDEN_JSON", "HIDDEN_NUMBER", "HIDDEN_FLOAT", "HIDDEN_FLAG", "HIDDEN_DATE", "HIDDEN_TIME") %}
grant apply on masking policy {{ database }}.PRIVACY.{{ policy }} to role {{ database }}_MASKS_APPLY;
{%- endfor %}
