-- A COPY that only carries lines over: whatever can be wrong with a line is for the task to say. Never replaced, since
-- a new pipe forgets which files it has loaded, and loads them again. After this, `show pipes` names the queue that the
-- bucket has to notify of new objects.
create pipe if not exists {{ database }}.RAW.EVENTS
  auto_ingest = true
  comment = 'Accepted events'
as
copy into {{ database }}.RAW.LANDED_LINES (stream, line, source_file, source_row, scanned_at)
from (
  select
    'events',
    $1,
    regexp_substr(metadata$filename, 'events/.*'),
    metadata$file_row_number,
    metadata$start_scan_time
  from @{{ database }}.RAW.LAKE/events/
)
file_format = (format_name = {{ database }}.RAW.LINES)
on_error = continue;

create pipe if not exists {{ database }}.RAW.REJECTED
  auto_ingest = true
  comment = 'Rejected events'
as
copy into {{ database }}.RAW.LANDED_LINES (stream, line, source_file, source_row, scanned_at)
from (
  select
    'rejected',
    $1,
    regexp_substr(metadata$filename, 'rejected/.*'),
    metadata$file_row_number,
    metadata$start_scan_time
  from @{{ database }}.RAW.LAKE/rejected/
)
file_format = (format_name = {{ database }}.RAW.LINES)
on_error = continue;
