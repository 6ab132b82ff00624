"""Group commit: many requests, one transaction, one fsync, one hand-off back to the event loop."""

import asyncio
import contextlib
import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from math import inf
from pathlib import Path
from queue import Empty, SimpleQueue

from filelock import FileLock, Timeout

from game_events_api.errors import SpoolUnavailable
from game_events_api.private_files import FILE_MODE, make_folder
from game_events_api.spool.ddl import open_for_writing
from game_events_api.spool.disk_room import NEARLY_FULL, DiskRoom, bring_log_in
from game_events_api.spool.faults import TooNew, is_damage
from game_events_api.spool.grouping import Done, Entry, Grouping, Storing
from game_events_api.spool.own_file import Displaced, OwnFile
from game_events_api.spool.rows import store

log = logging.getLogger(__name__)
MARGIN_BYTES = 1024 * 1024
LOOK_AGAIN_SECONDS = 0.25  # how soon it is noticed that delivery made room; what is added is counted at once


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
        wall: Callable[[], float] = time.time,
        connect: Callable[[Path], sqlite3.Connection] = open_for_writing,
    ) -> None:
        self.path = path
        self._lock = FileLock(path.with_suffix(".lock"), mode=FILE_MODE)
        self._lock.acquire(timeout=0)
        self._max_bytes = max_bytes
        self._disk = DiskRoom(path.parent)
        self._brought_in_at = -inf
        self._wall = wall
        self.on_displaced: Callable[[], None] = lambda: None
        """Called on the event loop when what was acknowledged may be in no file any more."""
        try:
            self._file = OwnFile(path, connect, wall)
            try:
                self._look()
            except sqlite3.DatabaseError as error:  # it opens, and a page that is needed later is damaged
                if not is_damage(error):
                    raise
                self._file.reopen(lambda: None, str(error))
                self._look()
        except BaseException:
            self._lock.release()
            raise
        self._grouping = Grouping(max_pending_bytes)
        self._groups: SimpleQueue[list[Storing] | None] = SimpleQueue()
        self._gathering: asyncio.TimerHandle | None = None
        self._closed = False
        self._complaints: set[str] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="spool", daemon=True)
        self._thread.start()

    @classmethod
    def claim(cls, directory: Path, *, max_bytes: int, max_pending_bytes: int) -> "Spool":
        """The first spool file of the directory that nobody owns: an orphan's, or a new one."""
        make_folder(directory)
        for number in range(10_000):
            try:
                return cls(directory / f"spool-{number}.db", max_bytes=max_bytes, max_pending_bytes=max_pending_bytes)
            except Timeout:
                continue
            except TooNew as error:
                log.error("spool-%d.db is left alone: %s", number, error)
        raise SpoolUnavailable(f"10,000 spool files in {directory} all have an owner")

    @property
    def failure(self) -> str:
        """Why nothing can be stored, as far as is known; empty when it can."""
        if self._complaints:
            return f"the spool file {self.path.name} cannot be used; the log says why"
        if self.full:
            return f"{self.bytes_used:,} of {self._max_bytes:,} bytes are in use"
        try:
            return "" if self._disk.has(0) else NEARLY_FULL
        except OSError as error:
            return f"the folder of the spool cannot be looked at: {error}"

    @property
    def full(self) -> bool:
        return self.bytes_used + MARGIN_BYTES > self._max_bytes

    def append(self, entry: Entry, done: Done) -> Storing:
        """Call `done` on the event loop when the entry is on disk, or with the error when none of it is.

        Called on the event loop's thread. Raises SpoolUnavailable at once when there is no use in waiting.
        """
        if self._closed:
            raise SpoolUnavailable("the server is shutting down")
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        storing = self._grouping.add(entry, done)
        if (delay := self._grouping.delay) is not None:
            self._gather(self._loop, delay)
        return storing

    def close(self) -> None:
        """Write what waits, then give the file up. Idempotent."""
        if not self._closed:
            self._closed = True
            while group := self._grouping.take():
                self._groups.put(group)
            self._groups.put(None)
            self._thread.join()
            self._file.close()
            self._lock.release()

    # -- on the event loop's thread -------------------------------------------------------------------------

    def _gather(self, loop: asyncio.AbstractEventLoop, delay: float) -> None:
        if delay < 0:
            self._hand_over()
        elif self._gathering is None:
            self._gathering = loop.call_later(delay, self._hand_over)

    def _hand_over(self) -> None:
        if self._gathering is not None:
            self._gathering.cancel()
            self._gathering = None
        if group := self._grouping.begin():
            self._groups.put(group)

    def _answer(self, group: list[Storing], error: SpoolUnavailable | None) -> None:
        self._grouping.end(group)
        if (delay := self._grouping.delay) is not None:
            assert self._loop is not None
            self._gather(self._loop, delay)
        for storing in group:
            storing.finished, storing.error = True, error
            try:
                storing.done(error)
            except Exception:  # one answer that fails must not keep the others of the group waiting
                log.exception("an answer failed")

    # -- on the thread that writes --------------------------------------------------------------------------

    def _run(self) -> None:
        while (group := self._next()) is not None:
            error = self._store([storing.entry for storing in group], sum([storing.size for storing in group]))
            self._call_on_loop(self._answer, group, error)

    def _next(self) -> list[Storing] | None:
        """The next group; looks in between, because nobody sends a group here while the spool is full."""
        while True:
            try:
                return self._groups.get(timeout=LOOK_AGAIN_SECONDS)
            except Empty:
                self._look_while_idle()

    def _store(self, entries: list[Entry], size: int) -> SpoolUnavailable | None:
        """One transaction for all of them, `size` bytes together; None when it is on disk."""
        try:
            self._file.confirm()
            if time.monotonic() > self._looked_at + LOOK_AGAIN_SECONDS:
                self._look()
            if self.full:
                return SpoolUnavailable(f"the spool holds {self.bytes_used:,} bytes that wait for delivery")
            if not self._disk.has(size):
                self._make_room()
                return SpoolUnavailable(NEARLY_FULL)
            last = store(self._file.connection, entries, self._wall(), self._file.last_id)
            self.bytes_used += size
            self._file.confirm()  # a commit can take a second, and SQLite does not notice either
            self._file.stored(last)
        except Exception as error:  # whatever it is: a writer that stopped would leave every sender waiting
            log.exception("the spool cannot store")
            self._reopen(str(error) if is_damage(error) else "")
            return SpoolUnavailable(f"the spool cannot store: {error}")
        return None

    def _look(self) -> None:
        self.bytes_used = self._file.bytes_used()
        self._looked_at = time.monotonic()

    def _look_while_idle(self) -> None:
        """Nobody waits for an answer here: a file that is gone is replaced before the next sender comes."""
        try:
            self._file.confirm()
            self._look()
            if self._disk.has(0):
                self._complaints.clear()
            else:
                self._make_room()
        except Displaced as error:
            self._complain(str(error))
            self._reopen()
        except (sqlite3.Error, OSError) as error:
            self._complain(f"the spool cannot be looked at: {error}")
            if is_damage(error):
                self._reopen(str(error))

    def _make_room(self) -> None:
        self._complain(NEARLY_FULL)
        if (now := time.monotonic()) > self._brought_in_at + LOOK_AGAIN_SECONDS:
            self._brought_in_at = now
            bring_log_in(self._file.connection)

    def _reopen(self, damage: str = "") -> None:
        try:
            self._file.reopen(lambda: self._call_on_loop(self.on_displaced), damage)
            self._look()
        except (sqlite3.Error, OSError) as error:
            self._complain(f"the spool cannot be reopened yet: {error}")
        else:
            self._complaints.clear()

    def _complain(self, complaint: str) -> None:
        """Once each, not four times a second."""
        if complaint not in self._complaints:
            self._complaints.add(complaint)
            log.error("%s", complaint)

    def _call_on_loop(self, call: Callable[..., None], *arguments: object) -> None:
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is gone, and with it everybody who waits
                self._loop.call_soon_threadsafe(call, *arguments)
