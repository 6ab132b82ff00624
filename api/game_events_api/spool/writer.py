"""Group commit: many requests, one transaction, one fsync, one hand-off back to the event loop."""

import asyncio
import contextlib
import logging
import os
import sqlite3
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue

import msgspec
from filelock import FileLock, Timeout

from game_events_api.errors import SpoolUnavailable
from game_events_api.ledger_key import LedgerKey
from game_events_api.spool.chunk import Chunk, merge
from game_events_api.spool.ddl import open_for_writing, remove_log
from game_events_api.spool.rows import add_block, add_to_ledger

log = logging.getLogger(__name__)
GROUP_BYTES = 8 * 1024 * 1024  # a group larger than this makes its first request wait for strangers
MARGIN_BYTES = 1024 * 1024
GATHER_SECONDS = 0.002  # how long a group may wait to become as large as the last
ENOUGH_COMPANY = 32  # so many share a commit's fixed cost, about 300 CPU µs; the others use its wait for the disk
LEAVE_MILLISECONDS = 2_000  # how long readers of a displaced file are waited for
LOOK_AGAIN_SECONDS = 0.25  # how soon it is noticed that delivery made room; what is added is counted at once


Done = Callable[[SpoolUnavailable | None], None]


class Entry(msgspec.Struct, frozen=True, gc=False):
    """What one request stores: all of it or nothing."""

    events: Sequence[Chunk]
    rejected: Sequence[Chunk] = ()
    duplicates: Mapping[LedgerKey, int] = {}
    dropped: Mapping[LedgerKey, int] = {}
    """Refused and not kept."""

    @property
    def size(self) -> int:
        size = 0
        for chunk in self.events:
            size += len(chunk.data)
        for chunk in self.rejected:
            size += len(chunk.data)
        return size


class Storing(msgspec.Struct):
    """An entry on its way to the disk."""

    entry: Entry
    size: int
    done: Done
    finished: bool = False
    error: SpoolUnavailable | None = None

    @property
    def stored(self) -> bool:
        """Whether it is on disk by now."""
        return self.finished and self.error is None


class Displaced(OSError):
    """The path holds another file than the open one, or none, or one that cannot be opened."""


class Spool:
    """The worker's own spool file, written by one thread.

    What `append` is told to call is called after the commit that holds the entry, in the order of the entries. The
    file's lock makes it this process's own until the process ends, however it ends; a worker that starts later finds
    it free and goes on with it.
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
        self._name = str(path)  # one conversion, not one a commit
        self._lock = FileLock(path.with_suffix(".lock"))
        self._lock.acquire(timeout=0)
        self._max_bytes = max_bytes
        self._max_pending_bytes = max_pending_bytes
        self._clock = clock
        self._connect = connect
        self.on_displaced: Callable[[], None] = lambda: None
        """Called on the event loop when what was acknowledged may be in no file any more."""
        try:
            self._open()
            self._page_bytes: int = self._connection.execute("PRAGMA page_size").fetchone()[0]
        except BaseException:
            self._lock.release()
            raise
        self._waiting: deque[Storing] = deque()
        self._groups: SimpleQueue[list[Storing] | None] = SimpleQueue()
        self._gathering: asyncio.TimerHandle | None = None
        self._last_group = 1
        self._writing = False
        self._pending_bytes = 0
        self._closed = False
        self._complaints: set[str] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._look()
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
    def failure(self) -> str:
        """Why nothing can be stored, as far as is known; empty when it can."""
        if self._complaints:
            return f"the spool file {self.path.name} cannot be used; the log says why"
        return f"{self.bytes_used:,} of {self._max_bytes:,} bytes are in use" if self.full else ""

    @property
    def full(self) -> bool:
        return self.bytes_used + MARGIN_BYTES > self._max_bytes

    def append(self, entry: Entry, done: Done) -> Storing:
        """Call `done` on the event loop when the entry is on disk, or with the error when none of it is.

        Called on the event loop's thread. Raises SpoolUnavailable at once when there is no use in waiting.
        """
        size = entry.size
        if self._closed:
            raise SpoolUnavailable("the server is shutting down")
        if self._pending_bytes + size > self._max_pending_bytes:
            raise SpoolUnavailable("the disk does not keep up with what is being sent")
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        storing = Storing(entry, size, done)
        self._pending_bytes += size
        self._waiting.append(storing)
        self._gather(self._loop)
        return storing

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

    def _gather(self, loop: asyncio.AbstractEventLoop) -> None:
        """Hand over what waits: at once from a lone sender, else when it is as many as the last group or time is up.

        A commit costs as much for one request as for fifty, and senders that were answered together send again one
        after the other.
        """
        if self._writing:
            return
        waiting = len(self._waiting)
        if waiting >= min(max(self._last_group, 2), ENOUGH_COMPANY):
            self._hand_over()
        elif waiting and self._gathering is None:
            company = self._last_group > 1 or waiting > 1
            self._gathering = loop.call_later(GATHER_SECONDS if company else 0.0, self._hand_over)

    def _hand_over(self) -> None:
        if self._gathering is not None:
            self._gathering.cancel()
            self._gathering = None
        if self._waiting and not self._writing:
            self._writing = True
            group = self._next_group()
            self._last_group = len(group)
            self._groups.put(group)

    def _next_group(self) -> list[Storing]:
        group, size = [], 0
        while self._waiting and size < GROUP_BYTES:
            group.append(self._waiting.popleft())
            size += group[-1].size
        return group

    def _run(self) -> None:
        while (group := self._next()) is not None:
            error = self._store([storing.entry for storing in group], sum([storing.size for storing in group]))
            assert self._loop is not None
            with contextlib.suppress(RuntimeError):  # the loop is gone, and with it everybody who waits
                self._loop.call_soon_threadsafe(self._answer, group, error)

    def _next(self) -> list[Storing] | None:
        """The next group; looks in between, because nobody sends a group here while the spool is full."""
        while True:
            try:
                return self._groups.get(timeout=LOOK_AGAIN_SECONDS)
            except Empty:
                self._look_while_idle()

    def _look_while_idle(self) -> None:
        """Nobody waits for an answer here: a file that is gone is replaced before the next sender comes."""
        try:
            self._confirm_place()
            self._look()
            self._complaints.clear()
        except Displaced as error:
            self._complain(str(error))
            self._reopen()
        except (sqlite3.Error, OSError) as error:
            self._complain(f"the spool cannot be looked at: {error}")

    def _complain(self, complaint: str) -> None:
        """Once each, not four times a second."""
        if complaint not in self._complaints:
            self._complaints.add(complaint)
            log.error("%s", complaint)

    def _answer(self, group: list[Storing], error: SpoolUnavailable | None) -> None:
        self._writing = False
        assert self._loop is not None
        self._gather(self._loop)
        for storing in group:
            self._pending_bytes -= storing.size
            storing.finished, storing.error = True, error
            try:
                storing.done(error)
            except Exception:  # one answer that fails must not keep the others of the group waiting
                log.exception("an answer failed")

    def _store(self, entries: list[Entry], size: int) -> SpoolUnavailable | None:
        """One transaction for all of them, `size` bytes together; None when it is on disk."""
        try:
            self._confirm_place()
            if time.monotonic() > self._looked_at + LOOK_AGAIN_SECONDS:
                self._look()
            if self.full:
                return SpoolUnavailable(f"the spool holds {self.bytes_used:,} bytes that wait for delivery")
            connection = self._connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                ledger: defaultdict[str, Counter[LedgerKey]] = defaultdict(Counter)
                for entry in entries:
                    for key, count in entry.duplicates.items():
                        ledger["duplicate"][key] += count
                    for key, count in entry.dropped.items():
                        ledger["rejected_dropped"][key] += count
                self._insert("events", [c for entry in entries for c in entry.events], ledger["accepted"])
                self._insert("rejected", [c for entry in entries for c in entry.rejected], ledger["rejected"])
                for stage, counts in ledger.items():
                    add_to_ledger(connection, stage, counts)
                connection.execute("COMMIT")
                self.bytes_used += size
                self._confirm_place()  # a commit can take a second, and SQLite does not notice either
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        except Exception as error:  # whatever it is: a writer that stopped would leave every sender waiting
            log.exception("the spool cannot store")
            self._reopen()
            return SpoolUnavailable(f"the spool cannot store: {error}")
        return None

    def _insert(self, stream: str, parts: list[Chunk], counts: Counter[LedgerKey]) -> None:
        now = self._clock()
        for block in merge(parts):
            add_block(self._connection, stream, now, block.counts, block.data)
            for key, count in block.counts.items():
                counts[key] += count

    def _look(self) -> None:
        (pages,) = self._connection.execute("PRAGMA page_count").fetchone()
        (free,) = self._connection.execute("PRAGMA freelist_count").fetchone()
        self.bytes_used = int(pages - free) * self._page_bytes
        self._looked_at = time.monotonic()

    def _open(self) -> None:
        """Raises Displaced when another file comes to stand at the path meanwhile: which one is open then?"""
        if place(self._name) is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            remove_log(self.path)
            self.path.touch()
        before = place(self._name)
        connection = self._connect(self.path)
        if place(self._name) != before:
            connection.close()
            raise Displaced(f"the spool file {self.path.name} was replaced while it was being opened")
        self._connection, self._place = connection, before

    def _leave(self) -> None:
        """Part from a displaced file: its log goes into it, for whoever moved it, not into what stands there now."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.execute(f"PRAGMA busy_timeout = {LEAVE_MILLISECONDS}")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()
        with contextlib.suppress(OSError):
            remove_log(self.path)
        self._place = None  # parted: the log that lies there later is another file's
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is gone
                self._loop.call_soon_threadsafe(self.on_displaced)

    def _confirm_place(self) -> None:
        """Raises Displaced; about a microsecond. A connection lives on in a file that was deleted, and says nothing."""
        if self._place is None:
            raise Displaced(self.failure)
        if place(self._name) != self._place:
            raise Displaced(f"the spool file {self.path.name} was deleted or replaced while it was in use")

    def _reopen(self) -> None:
        """After an I/O error SQLite may refuse the connection for good; a new one recovers with the disk."""
        former = self._connection
        try:
            if self._place is not None and place(self._name) != self._place:
                self._leave()
            self._open()
            self._look()
        except (sqlite3.Error, OSError) as error:
            self._complain(f"the spool cannot be reopened yet: {error}")
        else:
            self._complaints.clear()
        if self._connection is not former:
            former.close()


def place(name: str) -> tuple[int, int] | None:
    """Device and inode, which no other file has while this one is open; None when there is none."""
    try:
        status = os.stat(name)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return status.st_dev, status.st_ino
