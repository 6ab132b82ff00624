"""Lines in a spool file become others: in its blocks, its dead letters and their files, and what it says of the lake.

The file's owner does this, by its lock. A line keeps its place, its event_id and what it is counted as. Where SQLite
keeps what was deleted, in free pages and in its log, nothing is left.
"""

import hashlib
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout
from isal import igzip

from game_events_api.errors import DataFolderInUse
from game_events_api.occupancy import occupied
from game_events_api.private_files import FILE_MODE, write_durably
from game_events_api.spool.blocks import BlockRow, DamagedBlock, Intent, block_of, mended
from game_events_api.spool.ddl import DELIVERY_DDL, open_for_writing
from game_events_api.spool.letter_files import LINE, LetterFile, announced, files_of, packed, put_in_force, tidy_up
from game_events_api.spool.mark import is_marked
from game_events_api.spool.reading import spool_files
from game_events_api.spool.rows import transaction
from game_events_api.spool.wal import read_log

Change = Callable[[str, bytes], bytes | None]
"""Of a stream and a line without its newline: the line that stands for it from now on, None where it stays."""
BLOCK = "SELECT id, stream, created_at, events, counts, data, size, checksum FROM blocks WHERE id = ?"
CHECKSUM = -1
"""Of a dead letter, in a row of its file."""


def changed_lines(change: Change, stream: str, data: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """NDJSON with its changes made, and each of those: the line before and after."""
    lines, changes = data.split(b"\n"), []
    for place, line in enumerate(lines):
        if line.strip() and (new := change(stream, line)) is not None:
            changes.append((line, new))
            lines[place] = new
    return (b"\n".join(lines) if changes else data), changes


@contextmanager
def owned(data_dir: Path) -> Iterator[list[Path]]:
    """Every spool file, none of which another process owns or delivers, nor does a server start meanwhile.

    DataFolderInUse where one has the folder, also where what it started outlives it.
    """
    with ExitStack() as locks:
        locks.enter_context(occupied(data_dir))
        try:
            locks.enter_context(FileLock(data_dir / "delivery" / "delivery.lock", timeout=0, mode=FILE_MODE))
            files = spool_files(data_dir)
            for path in files:
                locks.enter_context(FileLock(path.with_suffix(".lock"), timeout=0, mode=FILE_MODE))
        except Timeout as error:
            name = Path(error.lock_file).name
            message = (
                f"a server or delivery runs on {data_dir} ({name} is held): stop it, and start it again afterwards"
            )
            raise DataFolderInUse(message) from None
        yield files


class OwnedFile:
    """One spool file, for a `with` block, whose lock the caller holds; sqlite3.Error where it is not sound."""

    def __init__(self, path: Path) -> None:
        _, fault = read_log(path, marked=is_marked(path))  # before SQLite forgets what is behind it
        if fault:
            raise sqlite3.DatabaseError(fault)
        self.path = path
        self._db = open_for_writing(path)
        self._db.execute("PRAGMA secure_delete = ON")
        self._db.executescript(DELIVERY_DDL)

    def __enter__(self) -> "OwnedFile":
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def change(self, change: Change, before: Callable[[Sequence[tuple[bytes, bytes]]], None]) -> int:
        """Make the changes; how many lines are others. `before` hears of those of rejected events, first."""
        number = sum(self._change_block(block_id, change, before) for (block_id,) in self._all("blocks"))
        number += sum(self._change_letter(letter_id, change) for (letter_id,) in self._all("dead_letters"))
        tidy_up(self._db, self.path)
        return number + sum(self._change_letter_file(file, change) for file in files_of(self._db, self.path))

    def _all(self, table: str) -> list[tuple[int]]:
        return self._db.execute(f"SELECT id FROM {table} ORDER BY id").fetchall()  # noqa: S608 -- names of this module

    def _change_block(
        self, block_id: int, change: Change, before: Callable[[Sequence[tuple[bytes, bytes]]], None]
    ) -> int:
        row = BlockRow(*self._db.execute(BLOCK, (block_id,)).fetchone())
        block = block_of(row)
        if isinstance(block, DamagedBlock):
            raise sqlite3.DatabaseError(f"block {block_id} is damaged: {block.reason}")
        data, changes = changed_lines(change, block.stream, block.data)
        if not changes:
            return 0
        if block.stream == "rejected":
            before(changes)
        new = mended(replace(block, data=data), row.created_at)
        with transaction(self._db):
            self._db.execute(
                "UPDATE blocks SET stream = ?, created_at = ?, events = ?, counts = ?, data = ?, size = ?, checksum = ?"
                " WHERE id = ?",
                (*new[1:], block_id),
            )
        return len(changes)

    def _change_letter(self, letter_id: int, change: Change) -> int:
        stream, line, checksum = self._db.execute(
            "SELECT stream, line, checksum FROM dead_letters WHERE id = ?", (letter_id,)
        ).fetchone()
        line = line if isinstance(line, bytes) else str(line).encode()  # SQLite keeps anything
        if (new := _letter(change, stream, line)) is None:
            return 0
        with transaction(self._db):
            self._db.execute(
                "UPDATE dead_letters SET line = ?, checksum = ? WHERE id = ?",
                (new, _checksum(line, new, checksum), letter_id),
            )
            self._db.execute("UPDATE dead_letter_bytes SET bytes = bytes + ?", (len(new) - len(line),))
        return 1

    def _change_letter_file(self, file: LetterFile, change: Change) -> int:
        """The new file is in force from the transaction that withdraws the old one."""
        if fault := file.fault():
            raise sqlite3.DatabaseError(f"{file.lies_in}: {fault}")
        rows, number = [], 0
        for row in file.every_row():
            new = _letter(change, row[3], row[LINE])
            if new is not None:
                number += 1
                row = (*row[:LINE], new, *row[LINE + 1 : CHECKSUM], _checksum(row[LINE], new, row[CHECKSUM]))
            rows.append(row)
        if len(rows) != file.letters and file.path.exists():
            raise sqlite3.DatabaseError(f"{file.lies_in}: {len(rows)} of its {file.letters} letters can be read")
        if number:
            data = igzip.compress(b"".join(map(packed, rows)), 2, mtime=0)
            path = announced(self._db, self.path, rows, data)
            write_durably(path, data, partial=path.with_name(f".{path.name}.tmp"))
            put_in_force(self._db, path.name, instead_of=file.path.name)
            tidy_up(self._db, self.path)
        return number

    def note_lake_file(self, path: str, data: bytes) -> None:
        """What it says of a lake file, if it wrote or announced it, is said of these bytes from now on."""
        digest = hashlib.sha256(data).hexdigest()
        with transaction(self._db):
            self._db.execute("UPDATE lake_files SET bytes = ?, sha256 = ? WHERE path = ?", (len(data), digest, path))
            found = self._db.execute(
                "SELECT path, sink, stream, first_id, last_id, events, bytes, sha256, counts FROM intents"
                " WHERE path = ?",
                (path,),
            ).fetchall()
            for values in found:
                intent = replace(Intent(*values), bytes=len(data), sha256=digest)
                self._db.execute(
                    "UPDATE intents SET bytes = ?, sha256 = ?, checksum = ? WHERE path = ?",
                    (intent.bytes, intent.sha256, intent.checksum, path),
                )

    def note_replayed(self, changes: Iterable[tuple[bytes, bytes]]) -> None:
        """Rejected events that were sent again are known as such by their new lines too."""
        tables = self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'replayed'").fetchall()
        if tables:
            with transaction(self._db):
                self._db.executemany(
                    "INSERT OR IGNORE INTO replayed SELECT ?, event_id, at FROM replayed WHERE line_sha256 = ?",
                    [(hashlib.sha256(new).hexdigest(), hashlib.sha256(old).hexdigest()) for old, new in changes],
                )

    def forget(self) -> None:
        """Nothing of what was deleted is left in the file, and nothing in its log."""
        self._db.execute("VACUUM")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _letter(change: Change, stream: str, line: bytes) -> bytes | None:
    """A dead letter is a line with its newline."""
    new = change(stream, line.rstrip(b"\n"))
    return None if new is None else new + line[len(line.rstrip(b"\n")) :]


def _checksum(line: bytes, new: bytes, checksum: int | None) -> int | None:
    """One whose line is not what was put away stays known as such."""
    return zlib.crc32(new) if checksum == zlib.crc32(line) else checksum
