"""Group commit: many requests, one transaction, one fsync, one hand-off back to the event loop."""

import asyncio
import contextlib
import json
import logging
import sqlite3
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue

from filelock import FileLock, Timeout

from game_events_api.errors import SpoolUnavailable
from game_events_api.spool.chunk import Chunk, Key, merge
from game_events_api.spool.schema import open_for_writing

log = logging.getLogger(__name__)
GROUP_BYTES = 8 * 1024 * 1024  # a group larger than this makes its first request wait for strangers
MARGIN_BYTES = 1024 * 1024
LOOK_AGAIN_SECONDS = 0.25  # while the spool is full: how soon a delivery that made room is noticed


@dataclass(slots=True)
class Entry:
    """What one request stores: all of it or nothing."""

    events: list[Chunk]
    rejected: list[Chunk] = field(default_factory=list)
    duplicates: Mapping[Key, int] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return sum(len(chunk.data) for chunk in self.events) + sum(len(chunk.data) for chunk in self.rejected)


@dataclass(slots=True)
class _Waiting:
    entry: Entry
    size: int
    stored: "asyncio.Future[None]"


class Spool:
    """The worker's own spool file, written by one thread.

    The future of `append` is done after the commit that holds the entry. The file's lock makes it this process's own
    until the process ends, however it ends; a worker that starts later finds it free and goes on with it.
    """

    def __init__(
        self,
        path: Path,
        *,
        max_bytes: int,
        max_pending_bytes: int,
        clock: Callable[[], float] = time.time,
        connect: Callable[[Path], sqlite3.Connection] = open_for_writing,
    ) -> None:
        self.path = path
        self._lock = FileLock(path.with_suffix(".lock"))
        self._lock.acquire(timeout=0)
        self._max_bytes = max_bytes
        self._max_pending_bytes = max_pending_bytes
        self._clock = clock
        self._connect = connect
        try:
            self._connection = connect(path)
            self._page_bytes: int = self._connection.execute("PRAGMA page_size").fetchone()[0]
        except BaseException:
            self._lock.release()
            raise
        self._waiting: deque[_Waiting] = deque()
        self._groups: SimpleQueue[list[_Waiting] | None] = SimpleQueue()
        self._hand_over_due = False
        self._writing = False
        self._pending_bytes = 0
        self._closed = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self.bytes_used = self._used_bytes()
        self._thread = threading.Thread(target=self._run, name="spool", daemon=True)
        self._thread.start()

    @classmethod
    def claim(cls, directory: Path, *, max_bytes: int, max_pending_bytes: int) -> "Spool":
        """The first spool file of the directory that nobody owns: an orphan's, or a new one."""
        directory.mkdir(parents=True, exist_ok=True)
        for number in range(10_000):
            try:
                return cls(directory / f"spool-{number}.db", max_bytes=max_bytes, max_pending_bytes=max_pending_bytes)
            except Timeout:
                continue
        raise SpoolUnavailable(f"10,000 spool files in {directory} all have an owner")

    @property
    def full(self) -> bool:
        return self.bytes_used + MARGIN_BYTES > self._max_bytes

    def append(self, entry: Entry) -> "asyncio.Future[None]":
        """A future that is done when the entry is on disk, or fails with SpoolUnavailable when none of it is.

        Called on the event loop's thread. Raises SpoolUnavailable at once when there is no use in waiting.
        """
        size = entry.size
        if self._closed:
            raise SpoolUnavailable("the server is shutting down")
        if self._pending_bytes + size > self._max_pending_bytes:
            raise SpoolUnavailable("the disk does not keep up with what is being sent")
        loop = self._loop
        if loop is None:
            loop = self._loop = asyncio.get_running_loop()
        stored: asyncio.Future[None] = loop.create_future()
        self._pending_bytes += size
        self._waiting.append(_Waiting(entry, size, stored))
        if not self._writing and not self._hand_over_due:
            # Not at once: every request that this turn of the loop still brings joins the group.
            self._hand_over_due = True
            loop.call_soon(self._hand_over)
        return stored

    def close(self) -> None:
        """Write what waits, then give the file up. Idempotent."""
        if not self._closed:
            self._closed = True
            while self._waiting:
                self._groups.put(self._next_group())
            self._groups.put(None)
            self._thread.join()
            self._connection.close()
            self._lock.release()

    def _hand_over(self) -> None:
        self._hand_over_due = False
        if self._waiting and not self._writing:
            self._writing = True
            self._groups.put(self._next_group())

    def _next_group(self) -> list[_Waiting]:
        group, size = [], 0
        while self._waiting and size < GROUP_BYTES:
            group.append(self._waiting.popleft())
            size += group[-1].size
        return group

    def _run(self) -> None:
        while (group := self._next()) is not None:
            error = self._store([waiting.entry for waiting in group])
            assert self._loop is not None
            with contextlib.suppress(RuntimeError):  # the loop is gone, and with it everybody who waits
                self._loop.call_soon_threadsafe(self._answer, group, error)

    def _next(self) -> list[_Waiting] | None:
        """The next group. While the spool is full none is sent here, so its size is looked at in between."""
        while True:
            try:
                return self._groups.get(timeout=LOOK_AGAIN_SECONDS if self.full else None)
            except Empty:
                with contextlib.suppress(sqlite3.Error):
                    self.bytes_used = self._used_bytes()

    def _answer(self, group: list[_Waiting], error: SpoolUnavailable | None) -> None:
        self._writing = False
        self._hand_over()
        for waiting in group:
            self._pending_bytes -= waiting.size
            if waiting.stored.cancelled():
                continue
            if error is None:
                waiting.stored.set_result(None)
            else:
                waiting.stored.set_exception(error)
                waiting.stored.exception()  # a sender that hung up leaves nobody to retrieve it

    def _store(self, entries: list[Entry]) -> SpoolUnavailable | None:
        """One transaction for all of them; None when it is on disk."""
        try:
            self.bytes_used = self._used_bytes()
            if self.full:
                return SpoolUnavailable(f"the spool holds {self.bytes_used:,} bytes that wait for delivery")
            connection = self._connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                ledger: Counter[tuple[str, Key]] = Counter()
                for entry in entries:
                    for key, count in entry.duplicates.items():
                        ledger["duplicate", key] += count
                self._insert("events", "accepted", [c for entry in entries for c in entry.events], ledger)
                self._insert("rejected", "rejected", [c for entry in entries for c in entry.rejected], ledger)
                connection.executemany(
                    "INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?)"
                    " ON CONFLICT DO UPDATE SET count = count + excluded.count",
                    [(stage, *key, count) for (stage, key), count in ledger.items()],
                )
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        except Exception as error:  # whatever it is: a writer that stopped would leave every sender waiting
            log.exception("the spool cannot store")
            self._reopen()
            return SpoolUnavailable(f"the spool cannot store: {error}")
        return None

    def _insert(self, stream: str, stage: str, parts: list[Chunk], ledger: Counter[tuple[str, Key]]) -> None:
        now = self._clock()
        for block in merge(parts):
            self._connection.execute(
                "INSERT INTO blocks (stream, created_at, events, counts, data) VALUES (?, ?, ?, ?, ?)",
                (stream, now, block.lines, json.dumps([[*key, n] for key, n in block.counts.items()]), block.data),
            )
            for key, count in block.counts.items():
                ledger[stage, key] += count

    def _used_bytes(self) -> int:
        (pages,) = self._connection.execute("PRAGMA page_count").fetchone()
        (free,) = self._connection.execute("PRAGMA freelist_count").fetchone()
        return int(pages - free) * self._page_bytes

    def _reopen(self) -> None:
        """After an I/O error SQLite may refuse the connection for good; a new one recovers with the disk."""
        try:
            fresh = self._connect(self.path)
        except (sqlite3.Error, OSError) as error:
            log.error("the spool cannot be reopened yet: %s", error)
            return
        self._connection.close()
        self._connection = fresh
