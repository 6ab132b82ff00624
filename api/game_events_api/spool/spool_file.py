"""One spool file as delivery uses it: read blocks, and delete them with the ledger in one transaction.

The worker that owns the file keeps writing meanwhile. Transactions here are short and wait for its
commit rather than fail. Every method raises sqlite3.Error when the file or the disk refuses.
"""

import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import astuple
from pathlib import Path

from game_events_api.ledger_key import DAMAGED, DEAD_LETTERED, DELIVERED, GONE, TAKEN, LedgerKey
from game_events_api.spool.blocks import (
    Block,
    BlockRow,
    DamagedBlock,
    Intent,
    Settled,
    Waiting,
    block_of,
    counted,
    mended,
)
from game_events_api.spool.damaged import keep_block
from game_events_api.spool.ddl import DELIVERY_DDL, upgrade
from game_events_api.spool.faults import SpoolDamaged, is_damage
from game_events_api.spool.letter_files import move_out
from game_events_api.spool.rows import ADD_BLOCK, add_to_ledger, bury, last_id, transaction

log = logging.getLogger(__name__)
BLOCK = "id, stream, created_at, events, counts, data, size, checksum"
COLUMNS = BLOCK.replace("data", "NULL")
OF_STREAM = "(stream = ? OR coalesce(stream, '') NOT IN ('events', 'rejected'))"
"""Whose stream is neither comes with any: it is found out from its lines."""
NOT_AT = "NOT EXISTS (SELECT 1 FROM deliveries WHERE block_id = b.id AND sink = ? AND coalesce(twin, -b.id) = -b.id)"
OnDelivered = Callable[[str, float, int, int], None]
"""Told after the commit: the sink that was the last one, when the block was stored, its events, its bytes."""
DELIVERY_BUSY_TIMEOUT_S = 2.0
"""Delivery waits no longer for one file, because the others wait with it; a commit of the worker takes milliseconds."""


class SpoolFile:
    """`sinks` names every sink that must have a block before it may go."""

    def __init__(
        self,
        path: Path,
        sinks: Sequence[str],
        wall: Callable[[], float],
        on_delivered: OnDelivered = lambda *_: None,
    ) -> None:
        self.path = path
        self._sinks = tuple(sinks)
        self._wall = wall
        self._on_delivered = on_delivered
        self._just_delivered: list[tuple[str, float, int, int]] = []
        self.fault: str | None = None
        """What a sink could not do with it. Sinks pass it by until `Spools` takes this back."""
        self.damaged = False
        """Whether that was damage, which no other try mends."""
        self.closed = False
        self.last_id = 0
        """Of the blocks that it ever held, as last seen."""
        self._db = sqlite3.connect(path, timeout=DELIVERY_BUSY_TIMEOUT_S, isolation_level=None)
        try:
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(DELIVERY_DDL)
            upgrade(self._db)
            self.last_id = last_id(self._db)
            self._let_go_of_removed_sinks()
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        self.closed = True
        self._db.close()

    def fail(self, error: Exception) -> None:
        """Sinks say here what they could not do; the first that they say stands."""
        self.damaged = self.damaged or is_damage(error)
        self.fault = self.fault or f"{type(error).__name__}: {error}"

    def move_letters(self, keep_bytes: int) -> int:
        """Of dead letters above so many bytes, the oldest go into a file; how many. OSError where that fails."""
        return move_out(self._db, self.path, keep_bytes)

    def empty_log(self) -> None:
        """Bring the log into the file: under the file's other name another log will be looked for."""
        with suppress(sqlite3.Error):
            self._db.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _let_go_of_removed_sinks(self) -> None:
        """Blocks that waited only for a sink which is no longer configured are done."""
        if self._db.execute("SELECT 1 FROM deliveries LIMIT 1").fetchone() is None:
            return  # without waiting for the worker's commit
        with self._transaction():
            stored: dict[int, set[str]] = {}
            for block_id, sink in self._db.execute("SELECT block_id, sink FROM deliveries").fetchall():
                stored.setdefault(block_id, set()).add(sink)
            for block_id, sinks in stored.items():
                if not set(self._sinks) <= sinks:
                    continue
                row = self._db.execute(f"SELECT {COLUMNS} FROM blocks WHERE id = ?", (block_id,)).fetchone()  # noqa: S608 -- constants of this module
                if row is not None:
                    self._delivered(self._sinks[0], BlockRow(*row))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._just_delivered.clear()
        with transaction(self._db):
            if (last := last_id(self._db)) < self.last_id:
                raise SpoolDamaged(f"it went back from block {self.last_id} to block {last}")
            self.last_id = last
            yield
        for delivered in self._just_delivered:
            self._on_delivered(*delivered)

    def waiting(self, sink: str, stream: str) -> Waiting:
        blocks, size = self._db.execute(
            f"SELECT count(*), total(coalesce(size, length(data))) FROM blocks AS b WHERE {OF_STREAM} AND {NOT_AT}",  # noqa: S608 -- constants of this module
            (stream, sink),
        ).fetchone()
        return Waiting(blocks, int(size))

    def waiting_blocks(self) -> int:
        """Of both streams; one that two sinks wait for counts twice."""
        return sum(
            [
                self._db.execute(f"SELECT count(*) FROM blocks AS b WHERE {NOT_AT}", (sink,)).fetchone()[0]  # noqa: S608 -- constants of this module
                for sink in self._sinks
            ]
        )

    def missing(self) -> int:
        """Events that were taken and are neither gone nor here: rows that SQLite does not find any more."""
        self._db.execute("BEGIN")
        try:
            counts = dict(self._db.execute("SELECT stage, total(count) FROM ledger GROUP BY stage").fetchall())
            ((waiting,),) = self._db.execute("SELECT total(events) FROM blocks")
        finally:
            self._db.execute("COMMIT")
        taken = sum(counts.get(stage, 0) for stage in TAKEN.values())
        gone = sum(counts.get(stage, 0) for stages in GONE for stage in stages.values())
        return int(taken - gone - waiting)

    def read(self, sink: str, stream: str, *, after: int = 0, max_bytes: int) -> list[Block]:
        """Blocks in the order written, at least one when there is any, no more than `max_bytes` after it.

        One that is damaged is set aside and counted, or mended where its lines are sound.
        """
        rows = self._db.execute(
            f"SELECT {BLOCK} FROM blocks AS b WHERE {OF_STREAM} AND id > ? AND {NOT_AT} ORDER BY id",  # noqa: S608 -- constants of this module
            (stream, after, sink),
        )
        blocks: list[Block] = []
        suspects: list[tuple[BlockRow, Block | DamagedBlock]] = []
        size = 0
        try:
            for row in map(BlockRow._make, rows):
                block = block_of(row)
                if isinstance(block, DamagedBlock) or block.events != row.events or block.stream != row.stream:
                    suspects.append((row, block))
                if isinstance(block, DamagedBlock) or block.stream != stream:
                    continue
                size += len(block.data)
                if blocks and size > max_bytes:
                    break
                blocks.append(block)
        except sqlite3.Error:
            if not blocks:
                raise
        finally:
            rows.close()
        for row, found in suspects:
            self._set_right(row, found)
        return blocks

    def _set_right(self, row: BlockRow, found: Block | DamagedBlock) -> None:
        if isinstance(found, Block):
            log.warning("block %s of %s was damaged; its lines are sound and tell what it held", row.id, self.path)
            self._replace(row.id, mended(found, row.created_at))
            return
        note = keep_block(self.path, found, self._wall())
        log.error(
            "block %s of %s is damaged and set aside as %s: %s; %d events",
            *(row.id, self.path, note, found.reason, found.keys.total()),
        )
        with self._transaction():
            self._take_out(row.id)
            self._db.execute("DELETE FROM deliveries WHERE block_id = ?", (row.id,))
            add_to_ledger(self._db, DAMAGED[found.stream], found.keys)

    def _replace(self, block_id: object, row: BlockRow) -> None:
        with self._transaction():
            self._take_out(block_id)
            self._db.execute(ADD_BLOCK, row)

    def _take_out(self, block_id: object) -> None:
        if self._db.execute("DELETE FROM blocks WHERE id = ?", (block_id,)).rowcount != 1:
            raise SpoolDamaged(f"block {block_id} is listed and is not there")

    def settle(self, sink: str, settled: Iterable[Settled]) -> None:
        """Delete the blocks that every sink has, count them, and keep their dead letters: one transaction."""
        with self._transaction():
            for item in settled:
                left = Counter(item.block.keys)
                for letter in item.dead:
                    bury(self._db, sink, item.block, letter, left, self._wall())
                self._done(sink, item.block.id, item.block.stream, item.block.keys)

    def _done(self, sink: str, block_id: int, stream: str, keys: Counter[LedgerKey]) -> bool:
        """Whether the block was there."""
        if len(self._sinks) > 1:
            self._db.execute("REPLACE INTO deliveries VALUES (?, ?, ?)", (block_id, sink, -block_id))
        has = {row[0] for row in self._db.execute("SELECT sink FROM deliveries WHERE block_id = ?", (block_id,))}
        if not set(self._sinks) <= has | {sink}:
            return True
        removed = self._db.execute("DELETE FROM blocks WHERE id = ? RETURNING created_at, size", (block_id,)).fetchall()
        if not removed:
            return False  # confirmed before: a crash came between, or two answers for one block
        ((created_at, size),) = removed
        self._just_delivered.append((sink, created_at, keys.total(), size or 0))
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
        return True

    def _delivered(self, sink: str, row: BlockRow) -> None:
        """A damaged one too: a file that stands holds what it held when it was read."""
        keys, stream = counted(row), row.stream
        if keys is None:
            whole = self._db.execute(f"SELECT {BLOCK} FROM blocks WHERE id = ?", (row.id,)).fetchone() or row  # noqa: S608 -- constants of this module
            found = block_of(BlockRow(*whole))
            keys, stream = found.keys, found.stream
        if not self._done(sink, row.id, stream, keys):
            raise SpoolDamaged(f"block {row.id} is listed and is not there")

    def announce(self, intent: Intent) -> None:
        with self._transaction():
            self._db.execute(
                "INSERT INTO intents (path, sink, stream, first_id, last_id, events, bytes, sha256, counts, checksum)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*astuple(intent), intent.checksum),
            )

    def intents(self, sink: str) -> list[Intent]:
        """Those that are sound: a damaged one is withdrawn, and what it was for is delivered under a new name."""
        rows = self._db.execute(
            "SELECT path, sink, stream, first_id, last_id, events, bytes, sha256, counts, checksum FROM intents"
        ).fetchall()
        sound: list[Intent] = []
        for *values, checksum in rows:
            intent = Intent(*values)
            if checksum not in (None, intent.checksum):
                log.warning("an announced file of %s is damaged, %s: its events are delivered again", self.path, values)
                self.withdraw(intent)
            elif intent.sink == sink:
                sound.append(intent)
        return sound

    def withdraw(self, intent: Intent) -> None:
        with self._transaction():
            self._db.execute("DELETE FROM intents WHERE path = ?", (intent.path,))

    def fulfil(self, intent: Intent) -> None:
        """The file stands: its blocks are delivered, the intent goes into the lake's manifest."""
        with self._transaction():
            self._db.execute("DELETE FROM intents WHERE path = ?", (intent.path,))
            self._db.execute(
                "INSERT OR IGNORE INTO lake_files VALUES (?, ?, ?, ?, ?, ?)",
                (intent.path, intent.stream, intent.events, intent.bytes, intent.sha256, intent.counts),
            )
            rows = self._db.execute(
                f"SELECT {COLUMNS} FROM blocks AS b WHERE stream = ? AND id BETWEEN ? AND ? AND {NOT_AT}",  # noqa: S608 -- constants of this module
                (intent.stream, intent.first_id, intent.last_id, intent.sink),
            ).fetchall()
            for row in map(BlockRow._make, rows):
                self._delivered(intent.sink, row)
