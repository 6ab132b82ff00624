"""How everybody adds to a spool file's `blocks`, `ledger` and `dead_letters`."""

import sqlite3
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from game_events_api.ledger_key import LedgerKey, dump_counts
from game_events_api.spool.blocks import Block, BlockRow, DeadLetter, pack, sealed
from game_events_api.spool.faults import SpoolDamaged
from game_events_api.spool.grouping import Chunk, Entry, merge
from game_events_api.spool.stored_line import counted_as, identity

ADD_BLOCK = (
    "INSERT INTO blocks (id, stream, created_at, events, counts, data, size, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
LAST_ID = (
    "SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'blocks'), 0),"
    " coalesce((SELECT max(id) FROM blocks), 0))"
)
BUSY_TIMEOUT_S = 10.0
"""How long one that adds to a worker's file waits for its commits."""


def add_block(
    db: sqlite3.Connection, stream: str, created_at: float, counts: Mapping[LedgerKey, int], data: bytes
) -> None:
    """NDJSON with as many lines as `counts` says; `created_at` in Unix seconds. Belongs in a transaction."""
    events, packed = sum(counts.values()), pack(data)
    row = BlockRow(last_id(db) + 1, stream, created_at, events, dump_counts(counts), packed, len(data))
    db.execute(ADD_BLOCK, sealed(row))


def last_id(db: sqlite3.Connection) -> int:
    """Of the blocks that the file ever held; it never goes back."""
    return int(db.execute(LAST_ID).fetchone()[0])


def add_to_ledger(db: sqlite3.Connection, stage: str, counts: Mapping[LedgerKey, int]) -> None:
    """Belongs in the transaction of what is counted. A negative number takes away."""
    db.executemany(
        "INSERT INTO ledger (stage, game_id, event_type, schema_version, hour, count) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET count = count + excluded.count",
        [(stage, *key, number) for key, number in sorted(counts.items()) if number],
    )


def store(db: sqlite3.Connection, entries: Sequence[Entry], now: float, before: int = 0) -> int:
    """Everything that the entries of a group hold, in one transaction of the file's owner; it is on disk on return.

    Gives the last block's id. SpoolDamaged when the file has not even the block of the id `before`: then it went back,
    to what it held before its log was taken away or its index was written over.
    """
    with transaction(db):
        if (last := last_id(db)) < before:
            raise SpoolDamaged(f"it went back from block {before} to block {last}: its log or index was tampered with")
        ledger: defaultdict[str, Counter[LedgerKey]] = defaultdict(Counter)
        for entry in entries:
            for key, count in entry.duplicates.items():
                ledger["duplicate"][key] += count
            for key, count in entry.reused_ids.items():
                ledger["reused_id"][key] += count
            for key, count in entry.dropped.items():
                ledger["rejected_dropped"][key] += count
        _insert(db, "events", now, [c for entry in entries for c in entry.events], ledger["accepted"])
        _insert(db, "rejected", now, [c for entry in entries for c in entry.rejected], ledger["rejected"])
        for stage, counts in ledger.items():
            add_to_ledger(db, stage, counts)
        return last_id(db)


def _insert(
    db: sqlite3.Connection, stream: str, now: float, chunks: Sequence[Chunk], counts: Counter[LedgerKey]
) -> None:
    for block in merge(chunks):
        add_block(db, stream, now, block.counts, block.data)
        for key, count in block.counts.items():
            counts[key] += count


def bury(
    db: sqlite3.Connection, sink: str, block: Block, letter: DeadLetter, left: Counter[LedgerKey], dead_at: float
) -> None:
    """Put a dead letter of the block away; `left` are those of its keys that are not spoken for yet."""
    try:
        event_id, _, named = identity(block.stream, letter.line)
    except (ValueError, KeyError, TypeError):
        event_id, named = None, LedgerKey("", "", "", "")
    key = counted_as(named, left)
    left[key] -= 1
    db.execute(
        "INSERT INTO dead_letters (block_id, sink, stream, dead_at, reason, attempts, event_id, game_id,"
        " event_type, schema_version, hour, line, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(block.id, sink, block.stream, dead_at, letter.reason, letter.attempts, event_id),
            *(*key, letter.line, zlib.crc32(letter.line)),
        ),
    )


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All of the block or nothing; waits for the file's other writers at its beginning, not in its midst."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
