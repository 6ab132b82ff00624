"""The worker's own spool file: open, at its path, whole; set aside when it is not.

A connection lives on in a file that was deleted or moved, and writes on into a log whose name was taken away, and says
nothing. So the owner looks before and after each commit whether the three paths still lead to what is open.
"""

import contextlib
import logging
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from game_events_api.private_files import make_folder, touch
from game_events_api.spool.damaged import read_open, set_aside
from game_events_api.spool.ddl import remove_log
from game_events_api.spool.faults import is_damage
from game_events_api.spool.mark import Mark, is_marked, require_marked
from game_events_api.spool.place import Place, place_of
from game_events_api.spool.rows import last_id
from game_events_api.spool.wal import read_log

log = logging.getLogger(__name__)
LEAVE_MILLISECONDS = 2_000  # how long readers of a displaced file are waited for


class Displaced(OSError):
    """A path holds another file than the open one, or none, or one that cannot be opened."""


class OwnFile:
    """The connection to it, for as long as the paths of file, log and index lead to what is open."""

    connection: sqlite3.Connection

    def __init__(
        self, path: Path, connect: Callable[[Path], sqlite3.Connection], wall: Callable[[], float] = time.time
    ) -> None:
        self._path = path
        self._names = (str(path), f"{path}-wal", f"{path}-shm")  # one conversion, not one a commit
        self._connect = connect
        self._wall = wall
        self._places: tuple[Place | None, ...] = ()
        self._log: int | None = None
        self.last_id = 0
        """Of the blocks that were stored."""
        self._mark = Mark(path)
        try:
            self._open_whole()
        except BaseException:
            self._mark.close()
            raise

    def confirm(self) -> None:
        """Raises Displaced; about three microseconds."""
        if not self._places:
            raise Displaced(f"the spool file {self._path.name} cannot be used; the log says why")
        name, wal, shm = self._names
        if place_of(name) != self._places[0]:
            raise Displaced(f"the spool file {self._path.name} was deleted or replaced while it was in use")
        if place_of(wal) != self._places[1] or place_of(shm) != self._places[2]:
            raise Displaced(f"the log of the spool file {self._path.name} was taken away while it was in use")

    def stored(self, block_id: int) -> None:
        """Note, beside the file, which block it must have at the least."""
        self.last_id = block_id
        self._mark.write(block_id)

    def reopen(self, on_displaced: Callable[[], None], damage: str = "") -> None:
        """After an I/O error SQLite may refuse the connection for good; a new one recovers with the disk.

        A file that is said to be damaged, or whose log was taken away, is set aside and one is begun in its place.
        Calls `on_displaced` when the file was left for another. Raises sqlite3.Error or OSError while there is none.
        """
        former = self.connection
        try:
            if self._places and (place_of(self._names[0]) != self._places[0]):
                self._leave()
                on_displaced()
            elif damage or (self._places and self._where() != self._places):
                self._set_aside(damage or "its log was taken away while it was in use")
                on_displaced()
            self._open_whole()
        finally:
            if self.connection is not former:
                former.close()

    def bytes_used(self) -> int:
        """Without what is free inside the file, and without dead letters."""
        ((pages,), (free,), (page_bytes,)) = [
            self.connection.execute(f"PRAGMA {name}").fetchone()
            for name in ("page_count", "freelist_count", "page_size")
        ]
        return max(int(pages - free) * int(page_bytes) - self.dead_letter_bytes(), 0)

    def dead_letter_bytes(self) -> int:
        """Of their lines: they wait for an operator, not for delivery, so they take nobody's room in the spool."""
        try:
            ((number,),) = self.connection.execute("SELECT total(bytes) FROM dead_letter_bytes")
        except sqlite3.OperationalError:  # delivery has not been here yet
            return 0
        return int(number)

    def close(self) -> None:
        self.connection.close()
        self._mark.close()
        self._close_log()

    def _where(self) -> tuple[Place | None, ...]:
        return tuple([place_of(name) for name in self._names])

    def _open_whole(self) -> None:
        """Open it, or a new one where the one that is there is damaged."""
        data, fault = read_log(self._path, marked=is_marked(self._path))
        if data and place_of(self._names[0]) is None:
            fault = "it was deleted or moved without its log while nothing ran"
        if fault:
            self._set_aside(fault, data)
        try:
            self._open(b"" if fault else data)
            return
        except sqlite3.Error as error:
            if not is_damage(error):
                raise
            self._set_aside(str(error), data)
        self._open()

    def _open(self, log_before: bytes = b"") -> None:
        """Raises Displaced when another file comes to stand at the path meanwhile: which one is open then?

        And SpoolDamaged where SQLite finds less than was acknowledged, in a log in which it may still be.
        """
        if place_of(self._names[0]) is None:
            make_folder(self._path.parent)
            remove_log(self._path)
            touch(self._path)
        before = place_of(self._names[0])
        connection = self._connect(self._path)
        try:
            last = last_id(connection)
            require_marked(self._path, last, log_before, self._wall())
            if place_of(self._names[0]) != before:
                raise Displaced(f"the spool file {self._path.name} was replaced while it was being opened")
        except BaseException:
            connection.close()
            raise
        self.connection, self._places = connection, self._where()
        self._close_log()
        with contextlib.suppress(FileNotFoundError):
            self._log = os.open(self._names[1], os.O_RDONLY)
        self.stored(last)

    def _leave(self) -> None:
        """Part from a displaced file: its log goes into it, for whoever moved it, not into what stands there now."""
        with contextlib.suppress(sqlite3.Error):
            self.connection.execute(f"PRAGMA busy_timeout = {LEAVE_MILLISECONDS}")
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with contextlib.suppress(sqlite3.Error):
            self.connection.close()
        with contextlib.suppress(OSError):
            remove_log(self._path)
        self._part()

    def _set_aside(self, reason: str, log_before: bytes = b"") -> None:
        """Delivery salvages it. Its log is copied by its handle: under its name there may be another, or none.

        What was read of the log before SQLite saw it is kept in its place.
        """
        if self._places:
            with contextlib.suppress(sqlite3.Error):
                self.connection.execute("BEGIN IMMEDIATE")  # delivery writes nothing into it meanwhile
        moved = self._places and place_of(self._names[1]) != self._places[1]
        held = read_open(self._log) if moved and self._log is not None else log_before or None
        with contextlib.suppress(FileNotFoundError):  # delivery was first
            note = set_aside(self._path, reason, self._wall(), held)
            log.error("the spool file %s is damaged and set aside as %s: %s", self._path, note.file, reason)
        self._part()

    def _part(self) -> None:
        """What lies at the paths later is another file's."""
        self._places = ()
        self._mark.write(0)
        self.last_id = 0

    def _close_log(self) -> None:
        if self._log is not None:
            os.close(self._log)
            self._log = None
