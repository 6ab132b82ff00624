-- A line stays a line: it is read as one text and parsed by the task, so that a broken one is kept word for word. Each
-- NONE is needed: by default a backslash is an escape, and JSON is full of them. A JSON format would refuse a broken
-- line, and VALIDATE_PIPE_LOAD, which could show it, takes no pipe whose COPY selects.
create file format if not exists {{ database }}.RAW.LINES
  type = csv
  compression = auto
  record_delimiter = '\n'
  field_delimiter = none
  escape = none
  escape_unenclosed_field = none
  field_optionally_enclosed_by = none
  null_if = ()
  empty_field_as_null = false
  skip_blank_lines = true
  trim_space = false
  encoding = 'UTF8'
  comment = 'NDJSON, a line a text';
create file format if not exists {{ database }}.RAW.NDJSON
  type = json
  compression = auto
  strip_outer_array = false
  strip_null_values = false
  allow_duplicate = false
  comment = 'To look into the stage by hand: select $1:event from @LAKE/events (file_format => NDJSON)';
create stage if not exists {{ database }}.RAW.LAKE
  url = '{{ lake_url }}'
  storage_integration = {{ database }}_LAKE
  directory = (enable = false)
  file_format = (format_name = {{ database }}.RAW.LINES)
  comment = 'What delivery wrote; read by a role, without a key';
create file format if not exists {{ database }}.RAW.EXCHANGE_RATES
  type = csv
  skip_header = 1
  field_optionally_enclosed_by = '"'
  null_if = ()
  empty_field_as_null = true
  comment = 'The table raw_exchange_rates of a local warehouse as CSV';
