"""How everybody adds to a spool file's `blocks` and `ledger`."""

import sqlite3
from collections.abc import Mapping

from game_events_api.ledger_key import LedgerKey, dump_counts


def add_block(
    db: sqlite3.Connection, stream: str, created_at: float, counts: Mapping[LedgerKey, int], data: bytes
) -> None:
    """NDJSON with as many lines as `counts` says; `created_at` in Unix seconds."""
    db.execute(
        "INSERT INTO blocks (stream, created_at, events, counts, data) VALUES (?, ?, ?, ?, ?)",
        (stream, created_at, sum(counts.values()), dump_counts(counts), data),
    )


def add_to_ledger(db: sqlite3.Connection, stage: str, counts: Mapping[LedgerKey, int]) -> None:
    """Belongs in the transaction of what is counted. A negative number takes away."""
    db.executemany(
        "INSERT INTO ledger (stage, game_id, event_type, schema_version, hour, count) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET count = count + excluded.count",
        [(stage, *key, number) for key, number in sorted(counts.items()) if number],
    )
