"""The way out of the spool: pack, send, confirm, and only then delete.

Top to bottom, in the order an event travels: `spools` finds the files, `spool_file` reads blocks,
`packing` and `parcels` make records of them, a sink (`lake`, `firehose`) stores them, `outcomes`,
`backoff` and `breaker` decide what follows, `dead_letters` keeps what cannot be delivered.
`engine` turns the wheel; `python -m game_events_api.delivery` runs it.
"""

from game_events_api.delivery.packing import billed, into_records

__all__ = ["billed", "into_records"]
