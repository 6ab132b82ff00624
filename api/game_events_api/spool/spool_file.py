"""One spool file as delivery uses it: read blocks, and delete them with the ledger in one transaction.

The worker that owns the file keeps writing meanwhile. Transactions here are short and wait for its
commit rather than fail. Every method raises sqlite3.Error when the file or the disk refuses.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path

from game_events_api.ledger_key import DEAD_LETTERED, DELIVERED, LedgerKey, parse_counts
from game_events_api.spool.blocks import Block, DeadLetter, Intent, Settled, Waiting, block_of
from game_events_api.spool.ddl import DELIVERY_DDL
from game_events_api.spool.rows import add_to_ledger, transaction
from game_events_api.spool.stored_line import counted_as, identity

DELIVERY_BUSY_TIMEOUT_S = 2.0
"""Delivery waits no longer for one file, because the others wait with it; a commit of the worker takes milliseconds."""


class SpoolFile:
    """`sinks` names every sink that must have a block before it may go."""

    def __init__(self, path: Path, sinks: Sequence[str], wall: Callable[[], float]) -> None:
        self.path = path
        self._sinks = tuple(sinks)
        self._wall = wall
        self.fault: str | None = None
        """What a sink could not do with it. Sinks pass it by until `Spools` takes this back."""
        self.closed = False
        self._db = sqlite3.connect(path, timeout=DELIVERY_BUSY_TIMEOUT_S, isolation_level=None)
        try:
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(DELIVERY_DDL)
            self._let_go_of_removed_sinks()
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        self.closed = True
        self._db.close()

    def empty_log(self) -> None:
        """Bring the log into the file: under the file's other name another log will be looked for."""
        with suppress(sqlite3.Error):
            self._db.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _let_go_of_removed_sinks(self) -> None:
        """Blocks that waited only for a sink which is no longer configured are done."""
        if self._db.execute("SELECT 1 FROM deliveries LIMIT 1").fetchone() is None:
            return  # without waiting for the worker's commit
        with transaction(self._db):
            stored: dict[int, set[str]] = {}
            for block_id, sink in self._db.execute("SELECT block_id, sink FROM deliveries").fetchall():
                stored.setdefault(block_id, set()).add(sink)
            for block_id, sinks in stored.items():
                if not set(self._sinks) <= sinks:
                    continue
                row = self._db.execute("SELECT stream, counts FROM blocks WHERE id = ?", (block_id,)).fetchone()
                if row is not None:
                    self._done(self._sinks[0], block_id, row[0], parse_counts(row[1]))

    def waiting(self, sink: str, stream: str) -> Waiting:
        blocks, size = self._db.execute(
            "SELECT count(*), coalesce(sum(length(data)), 0) FROM blocks AS b WHERE stream = ?"
            " AND NOT EXISTS (SELECT 1 FROM deliveries WHERE block_id = b.id AND sink = ?)",
            (stream, sink),
        ).fetchone()
        return Waiting(blocks, size)

    def waiting_blocks(self) -> int:
        """Of both streams; one that two sinks wait for counts twice."""
        return sum(
            [
                self._db.execute(
                    "SELECT count(*) FROM blocks AS b"
                    " WHERE NOT EXISTS (SELECT 1 FROM deliveries WHERE block_id = b.id AND sink = ?)",
                    (sink,),
                ).fetchone()[0]
                for sink in self._sinks
            ]
        )

    def read(self, sink: str, stream: str, *, after: int = 0, max_bytes: int) -> list[Block]:
        """Blocks in the order written, at least one when there is any, no more than `max_bytes` after it."""
        blocks: list[Block] = []
        size = 0
        rows = self._db.execute(
            "SELECT id, stream, events, counts, data FROM blocks AS b WHERE stream = ? AND id > ?"
            " AND NOT EXISTS (SELECT 1 FROM deliveries WHERE block_id = b.id AND sink = ?) ORDER BY id",
            (stream, after, sink),
        )
        for row in rows:
            block = block_of(*row)
            size += len(block.data)
            if blocks and size > max_bytes:
                break
            blocks.append(block)
        rows.close()
        return blocks

    def settle(self, sink: str, settled: Iterable[Settled]) -> None:
        """Delete the blocks that every sink has, count them, and keep their dead letters: one transaction."""
        with transaction(self._db):
            for item in settled:
                left = Counter(item.block.keys)
                for letter in item.dead:
                    self._bury(sink, item.block, letter, left)
                self._done(sink, item.block.id, item.block.stream, item.block.keys)

    def _done(self, sink: str, block_id: int, stream: str, keys: Counter[LedgerKey]) -> None:
        if len(self._sinks) > 1:
            self._db.execute("INSERT OR IGNORE INTO deliveries VALUES (?, ?)", (block_id, sink))
        has = {row[0] for row in self._db.execute("SELECT sink FROM deliveries WHERE block_id = ?", (block_id,))}
        if not set(self._sinks) <= has | {sink}:
            return
        if self._db.execute("DELETE FROM blocks WHERE id = ?", (block_id,)).rowcount == 0:
            return  # confirmed before: a crash came between, or two answers for one block
        self._db.execute("DELETE FROM deliveries WHERE block_id = ?", (block_id,))
        # An event that any sink gave up counts once, as a dead letter; the rest is delivered.
        dead: Counter[LedgerKey] = Counter()
        for *key, _line in self._db.execute(
            "SELECT DISTINCT game_id, event_type, schema_version, hour, line FROM dead_letters"
            " WHERE block_id = ? AND counted = 0",
            (block_id,),
        ).fetchall():
            dead[LedgerKey(*key)] += 1
        self._db.execute("UPDATE dead_letters SET counted = 1 WHERE block_id = ?", (block_id,))
        add_to_ledger(self._db, DELIVERED[stream], keys - dead)
        if dead:
            add_to_ledger(self._db, DEAD_LETTERED[stream], dead)

    def _bury(self, sink: str, block: Block, letter: DeadLetter, left: Counter[LedgerKey]) -> None:
        try:
            event_id, named = identity(block.stream, letter.line)
        except (ValueError, KeyError, TypeError):
            event_id, named = None, LedgerKey("", "", "", "")
        key = counted_as(named, left)
        left[key] -= 1
        self._db.execute(
            "INSERT INTO dead_letters (block_id, sink, stream, dead_at, reason, attempts, event_id, game_id,"
            " event_type, schema_version, hour, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (block.id, sink, block.stream, self._wall(), letter.reason, letter.attempts, event_id, *key, letter.line),
        )

    def announce(self, intent: Intent) -> None:
        with transaction(self._db):
            self._db.execute(
                "INSERT INTO intents (path, sink, stream, first_id, last_id, events, bytes, sha256, counts)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                astuple(intent),
            )

    def intents(self, sink: str) -> list[Intent]:
        rows = self._db.execute(
            "SELECT path, sink, stream, first_id, last_id, events, bytes, sha256, counts FROM intents WHERE sink = ?",
            (sink,),
        )
        return [Intent(*row) for row in rows]

    def withdraw(self, intent: Intent) -> None:
        with transaction(self._db):
            self._db.execute("DELETE FROM intents WHERE path = ?", (intent.path,))

    def fulfil(self, intent: Intent) -> None:
        """The file stands: its blocks are delivered, the intent goes into the lake's manifest."""
        with transaction(self._db):
            self._db.execute("DELETE FROM intents WHERE path = ?", (intent.path,))
            self._db.execute(
                "INSERT OR IGNORE INTO lake_files VALUES (?, ?, ?, ?, ?, ?)",
                (intent.path, intent.stream, intent.events, intent.bytes, intent.sha256, intent.counts),
            )
            rows = self._db.execute(
                "SELECT id, counts FROM blocks AS b WHERE stream = ? AND id BETWEEN ? AND ?"
                " AND NOT EXISTS (SELECT 1 FROM deliveries WHERE block_id = b.id AND sink = ?)",
                (intent.stream, intent.first_id, intent.last_id, intent.sink),
            ).fetchall()
            for block_id, counts in rows:
                self._done(intent.sink, block_id, intent.stream, parse_counts(counts))
