"""What was put into a spool file since the last look, for somebody who follows it while its owner writes."""

import sqlite3
from pathlib import Path
from typing import NamedTuple

from game_events_api.spool.blocks import Block, block_of
from game_events_api.spool.reading import SpoolReader

AT_A_LOOK = 10_000
"""Blocks; more wait for the next look."""


class Head(NamedTuple):
    """A block as its columns say it is: its data costs more, and is read by those who want it."""

    id: int
    stream: str
    events: int


class Tail(SpoolReader):
    """One spool file, kept open: where nothing was committed, a look costs microseconds and no read of the file.

    A look holds no transaction: the owner's write-ahead log is emptied as before.
    """

    def __init__(self, path: Path) -> None:
        """sqlite3.Error when it is no SQLite file, OSError when it is gone."""
        found = path.stat()
        super().__init__(path)
        self._place = (found.st_dev, found.st_ino)
        self._version: int | None = None
        self._last = 0

    @classmethod
    def at(cls, path: Path) -> "Tail | None":
        """None while the file is being made, or where it is damaged."""
        try:
            return cls(path)
        except (OSError, sqlite3.Error):
            return None

    @property
    def stands(self) -> bool:
        """Whether the file that was opened is still the one at its path."""
        try:
            found = self.path.stat()
        except OSError:
            return False
        return (found.st_dev, found.st_ino) == self._place

    def fresh(self) -> tuple[list[Head], bool]:
        """Blocks that came since the last call, oldest first; and whether others came that delivery took meanwhile.

        None of a file that is locked or damaged: delivery says what is wrong with it.
        """
        try:
            return self._fresh()
        except sqlite3.Error:
            return [], False

    def _fresh(self) -> tuple[list[Head], bool]:
        (version,) = self._db.execute("PRAGMA data_version").fetchone()
        if version == self._version:
            return [], False
        rows = self._rows(
            "blocks", "SELECT id, stream, events FROM blocks WHERE id > ? ORDER BY id LIMIT ?", self._last, AT_A_LOOK
        )
        heads = [Head(*row) for row in rows if isinstance(row[2], int)]
        (newest,) = next(self._rows("blocks", "SELECT max(seq) FROM sqlite_sequence WHERE name = 'blocks'"), (None,))
        reached = heads[-1].id if len(heads) == AT_A_LOOK else max(newest or 0, heads[-1].id if heads else 0)
        missed = reached - self._last > len(heads)
        if len(heads) < AT_A_LOOK:
            self._version = version
        self._last = reached
        return heads, missed

    def lines_of(self, block_id: int) -> list[bytes]:
        """Without their newlines; none where delivery took it meanwhile, or it is damaged."""
        try:
            found = [block_of(row) for row in self._blocks(self._block, "WHERE id = ?", block_id)]
        except sqlite3.Error:
            return []
        return [line for block in found if isinstance(block, Block) for line in block.data.splitlines()]

    def newest_files(self, stream: str, most: int, max_bytes: int) -> list[str]:
        """Of the lake files written from here, by path, newest first; what is larger is left out."""
        statement = "SELECT path FROM lake_files WHERE stream = ? AND bytes <= ? ORDER BY path DESC LIMIT ?"
        try:
            return [path for (path,) in self._db.execute(statement, (stream, max_bytes, most))]
        except sqlite3.OperationalError:  # delivery has made no table yet
            return []

    def close(self) -> None:
        self._db.close()
