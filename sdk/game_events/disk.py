"""Events that wait on disk: what `append` returned from survives the process, whatever ends it.

A file of SQLite for each process and server, written through. Its owner is whoever has it open: SQLite holds a lock on
it for as long, which the kernel takes back from a process that is gone, and `adopt` takes in what that one left.
"""

import hashlib
import logging
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from game_events.encoding import Encoded
from game_events.waiting import Item, MemoryQueue, within

logger = logging.getLogger("game_events")

_ADOPTED_AT_ONCE = 500
_TABLE = """create table if not exists events(
    id integer primary key autoincrement, since real, event_id text, data blob not null
)"""
"""An id is not given twice, or an event would hide behind one that was sent."""


class DiskQueue:
    """While the disk cannot be written, events wait in memory, which the log says once."""

    def __init__(self, directory: Path, server: str, since: float, *, full: bool) -> None:
        """OSError or sqlite3.Error when the directory cannot be used.

        `server` is where the events go and whose they are: of one directory, only events that go there are taken.
        `since` is the Unix time at which the clock of `append` and `adopt` was 0. `full`: each event is synced, so that
        it survives the loss of power too.
        """
        self.damaged = 0
        self._memory = MemoryQueue()
        self._directory = directory
        self._prefix = f"events-{hashlib.sha256(server.encode()).hexdigest()[:12]}-"
        self._since = since
        self._full = full
        self._ids: list[int] = []
        """Of those that `first` gave last."""
        self._sent_up_to = 0
        """Everything to this id is done with, even where it could not be deleted."""
        self._oldest: float | None = None
        self._is_ill = False
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._open()

    @property
    def queued(self) -> int:
        return self._memory.queued

    @property
    def size(self) -> int:
        return self._bytes + self._memory.size

    def append(self, event: Encoded, now: float) -> None:
        row = (now + self._since, event.event_id, event.data)
        try:
            self._file.execute("insert into events(since, event_id, data) values (?, ?, ?)", row)
        except sqlite3.Error as error:
            self._ill(f"events wait in memory only, since {self._path} cannot be written: {error}")
            self._memory.append(event, now)
            return
        self._is_ill = False
        self._count(1, len(event.data))
        if self._oldest is None:
            self._oldest = now

    def first(self, events: int, size: int) -> Sequence[Item]:
        self._ids = []
        if not self.spooled:
            return self._memory.first(events, size)
        query = "select since - ?, event_id, data, id from events where id > ? order by id limit ?"
        try:
            rows = self._file.execute(query, (self._since, self._sent_up_to, events)).fetchall()
        except sqlite3.Error as error:
            rows = []
            self._ill(f"{self._path} cannot be read: {error}")
        if not rows:
            self._set_aside()
            return self._memory.first(events, size)
        items = within([Item(event_id, bytes(data), since) for since, event_id, data, _ in rows], size)
        self._ids = [row[3] for row in rows[: len(items)]]
        return items

    def remove(self, items: Sequence[Item]) -> None:
        if not self._ids:
            self._memory.remove(items)
            return
        self._sent_up_to = self._ids[len(items) - 1]
        self._ids = []
        self._count(-len(items), -sum(len(item.data) for item in items))
        try:
            self._file.execute("delete from events where id <= ?", (self._sent_up_to,))
            first = self._file.execute("select since - ? from events order by id limit 1", (self._since,)).fetchone()
        except sqlite3.Error as error:  # they are sent again by whoever adopts the file, and count once
            self._ill(f"{self._path} cannot be written: {error}")
        else:
            self._oldest = first[0] if first else None

    def oldest(self) -> float | None:
        return self._oldest if self.spooled else self._memory.oldest()

    def adopt(self, now: float) -> int:
        adopted = 0
        for path in sorted(self._directory.glob(f"{self._prefix}*.db")):
            if path != self._path and self.spooled < _ADOPTED_AT_ONCE:
                try:
                    adopted += self._take_in(path)
                except (OSError, sqlite3.OperationalError):
                    continue  # its owner lives, or another process takes it
                except sqlite3.DatabaseError as error:
                    self._keep_aside(path, f"{path} was left by another process and cannot be read: {error}")
        return adopted

    def close(self) -> Sequence[Item]:
        with suppress(sqlite3.Error):
            self._file.close()
        if not self.spooled:
            self._path.unlink(missing_ok=True)
        return self._memory.close()

    def _open(self) -> None:
        self.spooled = self._bytes = self._sent_up_to = 0
        self._ids = []
        while True:
            self._path = self._directory / f"{self._prefix}{uuid4().hex}.db"
            with open(self._path, "xb", opener=_for_this_user) as made:
                inode = os.fstat(made.fileno()).st_ino
            self._file = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
            try:
                self._file.execute("pragma journal_mode = wal")
                self._file.execute(f"pragma synchronous = {'full' if self._full else 'normal'}")
                self._file.execute(_TABLE)
                if self._path.stat().st_ino == inode:
                    return
            except (FileNotFoundError, sqlite3.OperationalError):
                if not self._directory.is_dir() or not os.access(self._directory, os.W_OK):
                    raise
            self._file.close()  # another process took it for a left one before it was locked

    def _take_in(self, path: Path) -> int:
        """The first events of a file that nobody has open; it is gone when they were the last."""
        with _held(path) as file:
            query = "select since, event_id, data, id from events order by id limit ?"
            rows = file.execute(query, (_ADOPTED_AT_ONCE,)).fetchall()
            if rows:
                with _transaction(self._file):
                    insert = "insert into events(since, event_id, data) values (?, ?, ?)"
                    self._file.executemany(insert, [row[:3] for row in rows])
                self._count(len(rows), sum(len(row[2]) for row in rows))
                since = rows[0][0] - self._since
                self._oldest = since if self._oldest is None else min(since, self._oldest)
                # A process that ends here leaves them in both files: they are sent twice, and count once.
                file.execute("delete from events where id <= ?", (rows[-1][3],))
            is_empty = len(rows) < _ADOPTED_AT_ONCE
            if is_empty:
                with suppress(PermissionError):  # Windows keeps what is open
                    path.unlink()
        if is_empty:
            for rest in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
                rest.unlink(missing_ok=True)
        return len(rows)

    def _set_aside(self) -> None:
        """The file does not give back what was put in: begin another."""
        self.damaged += self.spooled
        with suppress(sqlite3.Error):
            self._file.close()
        self._keep_aside(self._path, f"{self.spooled} events in {self._path} cannot be read back")
        self._oldest = None
        try:
            self._open()
        except (OSError, sqlite3.Error) as error:
            self._ill(f"events wait in memory only, since {self._directory} cannot be written: {error}")

    def _keep_aside(self, path: Path, message: str) -> None:
        """For a person to look at."""
        kept = path.with_suffix(".damaged")
        with suppress(OSError):
            path.rename(kept)
        logger.error("%s; the file is kept as %s", message, kept)

    def _count(self, events: int, size: int) -> None:
        self.spooled += events
        self._bytes += size

    def _ill(self, message: str) -> None:
        if not self._is_ill:
            self._is_ill = True
            logger.error("%s", message)


def _for_this_user(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)  # players' events


@contextmanager
def _transaction(file: sqlite3.Connection) -> Iterator[None]:
    file.execute("begin immediate")
    try:
        yield
        file.execute("commit")
    except BaseException:
        file.execute("rollback")
        raise


@contextmanager
def _held(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, for this process alone. sqlite3.OperationalError when another has it open."""
    file = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        file.execute("pragma locking_mode = exclusive")
        file.execute("begin exclusive")
        file.execute(_TABLE)  # a process may end before it made its own
        file.execute("commit")
        yield file
    finally:
        file.close()
