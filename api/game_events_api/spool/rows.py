"""What the ledger counts by, and how everybody adds to a spool file's `blocks` and `ledger`."""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple


class Key(NamedTuple):
    """Names are empty where a refused document has none that is known; `hour` is `YYYY-MM-DDTHH` of received_at."""

    game_id: str
    event_type: str
    schema_version: str
    hour: str


def parse_counts(text: str) -> Counter[Key]:
    """Of a column `counts`: JSON `[[game_id, event_type, schema_version, hour, lines], …]`.

    ValueError or TypeError when it is anything else.
    """
    counts: Counter[Key] = Counter()
    for game_id, event_type, version, hour, number in json.loads(text):
        counts[Key(str(game_id or ""), str(event_type or ""), str(version or ""), str(hour))] += number
    return counts


def dump_counts(counts: Mapping[Key, int]) -> str:
    return json.dumps([[*key, number] for key, number in sorted(counts.items()) if number])


def add_block(db: sqlite3.Connection, stream: str, created_at: float, counts: Mapping[Key, int], data: bytes) -> None:
    """NDJSON with as many lines as `counts` says; `created_at` in Unix seconds."""
    db.execute(
        "INSERT INTO blocks (stream, created_at, events, counts, data) VALUES (?, ?, ?, ?, ?)",
        (stream, created_at, sum(counts.values()), dump_counts(counts), data),
    )


def add_to_ledger(db: sqlite3.Connection, stage: str, counts: Mapping[Key, int]) -> None:
    """Belongs in the transaction of what is counted. A negative number takes away."""
    db.executemany(
        "INSERT INTO ledger (stage, game_id, event_type, schema_version, hour, count) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET count = count + excluded.count",
        [(stage, *key, number) for key, number in sorted(counts.items()) if number],
    )
