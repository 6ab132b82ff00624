"""Where a spool file is: device and inode, which no other file has while this one is open.

A connection lives on in a file that was deleted or moved, and says nothing. So its owner looks before and after
each commit whether the path still leads to the file that is open.
"""

import contextlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from game_events_api.private_files import make_folder, touch
from game_events_api.spool.ddl import remove_log

LEAVE_MILLISECONDS = 2_000  # how long readers of a displaced file are waited for

Place = tuple[int, int]


class Displaced(OSError):
    """The path holds another file than the open one, or none, or one that cannot be opened."""


def place_of(name: str) -> Place | None:
    """None when there is no file."""
    try:
        status = os.stat(name)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return status.st_dev, status.st_ino


class OwnFile:
    """The worker's own file: the connection to it, for as long as the path leads there."""

    connection: sqlite3.Connection

    def __init__(self, path: Path, connect: Callable[[Path], sqlite3.Connection]) -> None:
        self._path = path
        self._name = str(path)  # one conversion, not one a commit
        self._connect = connect
        self._place: Place | None = None
        self._open()

    def confirm(self) -> None:
        """Raises Displaced; about a microsecond."""
        if self._place is None:
            raise Displaced(f"the spool file {self._path.name} cannot be used; the log says why")
        if place_of(self._name) != self._place:
            raise Displaced(f"the spool file {self._path.name} was deleted or replaced while it was in use")

    def reopen(self, on_displaced: Callable[[], None]) -> None:
        """After an I/O error SQLite may refuse the connection for good; a new one recovers with the disk.

        Calls `on_displaced` when the file was left for another. Raises sqlite3.Error or OSError while there is none.
        """
        former = self.connection
        try:
            if self._place is not None and place_of(self._name) != self._place:
                self._leave()
                on_displaced()
            self._open()
        finally:
            if self.connection is not former:
                former.close()

    def bytes_used(self) -> int:
        """Without what is free inside the file."""
        ((pages,), (free,), (page_bytes,)) = [
            self.connection.execute(f"PRAGMA {name}").fetchone()
            for name in ("page_count", "freelist_count", "page_size")
        ]
        return int(pages - free) * int(page_bytes)

    def close(self) -> None:
        self.connection.close()

    def _open(self) -> None:
        """Raises Displaced when another file comes to stand at the path meanwhile: which one is open then?"""
        if place_of(self._name) is None:
            make_folder(self._path.parent)
            remove_log(self._path)
            touch(self._path)
        before = place_of(self._name)
        connection = self._connect(self._path)
        if place_of(self._name) != before:
            connection.close()
            raise Displaced(f"the spool file {self._path.name} was replaced while it was being opened")
        self.connection, self._place = connection, before

    def _leave(self) -> None:
        """Part from a displaced file: its log goes into it, for whoever moved it, not into what stands there now."""
        with contextlib.suppress(sqlite3.Error):
            self.connection.execute(f"PRAGMA busy_timeout = {LEAVE_MILLISECONDS}")
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with contextlib.suppress(sqlite3.Error):
            self.connection.close()
        with contextlib.suppress(OSError):
            remove_log(self._path)
        self._place = None  # parted: the log that lies there later is another file's
