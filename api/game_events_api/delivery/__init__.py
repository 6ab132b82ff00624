"""The way out of the spool: pack, send, confirm, and only then delete.

Top to bottom, in the order an event travels: `spools` finds the files and keeps a slot for each, a sink takes their
blocks. `firehose_sink` reads, submits and settles what its `lanes` decide, out of `packing`, `records`, `outcomes`,
`backoff` and `breaker`; `file_sink` writes files into a store, a folder (`lake_sink`) or a bucket (`s3_sink`).
`engine` turns the wheel; `python -m game_events_api.delivery` runs it.
"""

from game_events_api.delivery.aws import client as aws_client
from game_events_api.delivery.draining import drain
from game_events_api.delivery.packing import billed, into_records

__all__ = ["aws_client", "billed", "drain", "into_records"]
