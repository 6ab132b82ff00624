"""Dead letters beyond those that a spool file keeps in itself: gzipped JSON lines in `spool/dead-letters/`.

A file is announced in the spool, written whole, and in force from the transaction that takes its letters out of the
table; from then on it never changes. Letters that are sent again or discarded are marked in the spool, in the
transaction that does it, and a file that holds no other goes. So a process that dies anywhere neither loses nor doubles
one. Of a file that is damaged, what can be unpacked before the damage is read.
"""

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from isal import igzip

from game_events_api.private_files import make_folder, sync_folder, write_durably
from game_events_api.spool.rows import transaction

FOLDER = "dead-letters"
LETTERS = 2_000
BYTES = 4 * 1024 * 1024
"""So much is in a file at most, but one letter at the least: the worker's commits wait while they leave the table."""
PIECE = 4096
LARGEST = 256 * 1024 * 1024
"""Bytes that a file may unpack to: far more than there are in one of ours, or in an object of Firehose's errors."""
COLUMNS = (
    *("id", "block_id", "sink", "stream", "dead_at", "reason", "attempts", "event_id"),
    *("game_id", "event_type", "schema_version", "hour", "line", "replayed_at", "checksum"),
)
LINE, REPLAYED = COLUMNS.index("line"), COLUMNS.index("replayed_at")
IN_FORCE = "SELECT name, first_id, last_id, letters, sha256 FROM letter_files WHERE filed = 1 ORDER BY first_id"
TAKEN = "SELECT id FROM letters_taken WHERE twin = -id AND id BETWEEN ? AND ?"


@dataclass(frozen=True)
class LetterFile:
    """One that is in force: what its spool file says of it."""

    path: Path
    first_id: int
    last_id: int
    letters: int
    sha256: str
    taken: frozenset[int]
    """Those that were sent again or discarded."""

    @property
    def lies_in(self) -> str:
        """Its path below `spool/`."""
        return f"{self.path.parent.name}/{self.path.name}"

    @property
    def wanted(self) -> bool:
        return len(self.taken) < self.letters

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Of those that are left, oldest first, in the order of COLUMNS; none when there is no file."""
        return (row for row in self.every_row() if row[0] not in self.taken)

    def every_row(self) -> list[tuple[Any, ...]]:
        """Those that were sent again or discarded too."""
        try:
            return unpacked(self.path.read_bytes())
        except FileNotFoundError:
            return []

    def fault(self) -> str | None:
        """What is wrong with it, when anything is."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return "it is missing" if self.wanted else None
        if hashlib.sha256(data).hexdigest() == self.sha256:
            return None
        kept = sum(row[0] not in self.taken for row in unpacked(data))
        return f"its bytes have changed: {kept} of its {self.letters - len(self.taken)} dead letters can be read"


def files_of(db: sqlite3.Connection, spool: Path) -> list[LetterFile]:
    """Of the spool file at `spool`, whose connection is `db`, oldest letters first; ranges of ids do not overlap."""
    return [
        LetterFile(spool.parent / FOLDER / str(name), first, last, letters, sha256, _taken(db, first, last))
        for name, first, last, letters, sha256 in db.execute(IN_FORCE).fetchall()
    ]


def letter_files_in(directory: Path) -> list[str]:
    """All that stand, as paths below `directory`."""
    return sorted(path.relative_to(directory).as_posix() for path in (directory / FOLDER).glob("[!.]*.gz"))


def ids_in_files(db: sqlite3.Connection, spool: Path, letters: Collection[int]) -> dict[tuple[int, bytes], list[int]]:
    """The ids of all letters in the files that have these, by block and line: what one event is known by here."""
    found: dict[tuple[int, bytes], list[int]] = {}
    for file in files_of(db, spool):
        if any(file.first_id <= letter_id <= file.last_id for letter_id in letters):
            for row in file.rows():
                found.setdefault((row[1], row[LINE]), []).append(row[0])
    return found


def letter_file_name(stem: str, first: int, last: int, sha256: str) -> str:
    return f"{stem}-{first}-{last}-{sha256[:16]}.jsonl.gz"


def unknown_files(directory: Path, stem: str, known: Collection[str]) -> list[tuple[str, int, int, int, str, int]]:
    """Whole files of a spool file of this name, neither `known` nor in force or announced in one in `directory`.

    As rows of the table `letter_files`.
    """
    named = set(known)
    for spool in directory.glob("*.db"):
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"{spool.absolute().as_uri()}?mode=ro", uri=True)) as db:
            named.update(str(name) for (name,) in db.execute("SELECT name FROM letter_files"))
    found = []
    for path in sorted((directory / FOLDER).glob(f"{stem}-*.jsonl.gz")):
        data = path.read_bytes() if path.name not in named else b""
        if rows := unpacked(data):
            first, last, digest = rows[0][0], rows[-1][0], hashlib.sha256(data).hexdigest()
            if path.name == letter_file_name(stem, first, last, digest):
                found.append((path.name, first, last, len(rows), digest, 1))
    return found


def move_out(db: sqlite3.Connection, spool: Path, keep_bytes: int) -> int:
    """Move the oldest of the table into one file where it has more than `keep_bytes` of lines; how many were moved.

    `db` is outside a transaction. OSError when the file cannot be written: nothing moved then.
    """
    tidy_up(db, spool)
    ((held,),) = db.execute("SELECT total(bytes) FROM dead_letter_bytes")
    rows = _oldest(db) if held > keep_bytes else []
    if not rows:
        return 0
    data = igzip.compress(b"".join(map(packed, rows)), 2, mtime=0)
    path = announced(db, spool, rows, data)
    make_folder(path.parent)
    write_durably(path, data, partial=path.with_name(f".{path.name}.tmp"))
    with transaction(db):
        for row in rows:
            gone = db.execute("DELETE FROM dead_letters WHERE id = ?", (row[0],)).rowcount == 0
            if gone or row[REPLAYED] is not None:  # sent again or discarded, meanwhile or by the version before
                mark_taken(db, row[0])
        db.execute("UPDATE letter_files SET filed = 1 WHERE name = ?", (path.name,))
    return len(rows)


def announced(db: sqlite3.Connection, spool: Path, rows: Sequence[tuple[Any, ...]], data: bytes) -> Path:
    """Where a file with these letters, packed as `data`, is about to be written; the spool says so from now on."""
    digest = hashlib.sha256(data).hexdigest()
    first, last = rows[0][0], rows[-1][0]
    path = spool.parent / FOLDER / letter_file_name(spool.stem, first, last, digest)
    with transaction(db):
        db.execute(
            "INSERT INTO letter_files (name, first_id, last_id, letters, sha256) VALUES (?, ?, ?, ?, ?)",
            (path.name, first, last, len(rows), digest),
        )
    return path


def put_in_force(db: sqlite3.Connection, name: str, *, instead_of: str) -> None:
    """A file that was written takes the place of another, with the same letters, which `tidy_up` removes."""
    with transaction(db):
        db.execute("UPDATE letter_files SET filed = 1 WHERE name = ?", (name,))
        db.execute("UPDATE letter_files SET filed = 0 WHERE name = ?", (instead_of,))


def mark_taken(db: sqlite3.Connection, letter_id: int) -> bool:
    """Whether it was not before."""
    return db.execute("INSERT OR IGNORE INTO letters_taken VALUES (?, ?)", (letter_id, -letter_id)).rowcount == 1


def is_filed(db: sqlite3.Connection, letter_id: int) -> bool:
    found = db.execute(
        "SELECT 1 FROM letter_files WHERE filed = 1 AND ? BETWEEN first_id AND last_id", (letter_id,)
    ).fetchone()
    return found is not None


def unpacked(data: bytes) -> list[tuple[Any, ...]]:
    """What a file's bytes hold, in the order of COLUMNS, up to where they are damaged."""
    rows = []
    for text in inflated(data)[0].splitlines():
        try:
            said = json.loads(text)
            line = said["line"].encode("utf-8", "surrogateescape")
            rows.append(tuple([line if name == "line" else said[name] for name in COLUMNS]))
        except (ValueError, KeyError, TypeError, AttributeError):
            break
    return rows


def packed(row: tuple[Any, ...]) -> bytes:
    """A letter in the order of COLUMNS as a line of a file."""
    said = dict(zip(COLUMNS, row, strict=True))
    return json.dumps(said | {"line": row[LINE].decode("utf-8", "surrogateescape")}).encode() + b"\n"


def inflated(data: bytes, largest: int = LARGEST) -> tuple[bytes, bool]:
    """All members one after the other, as far as it goes but not far over `largest`; and whether that is to the end."""
    stream = zlib.decompressobj(wbits=31)
    found, at = bytearray(), 0
    while at < len(data):
        if len(found) > largest:
            return bytes(found), False
        if stream.eof:
            stream = zlib.decompressobj(wbits=31)
        piece, before = data[at : at + PIECE], stream.copy()
        try:
            found += stream.decompress(piece)
        except zlib.error:
            with suppress(zlib.error):
                for byte in piece:
                    found += before.decompress(bytes([byte]))
            return bytes(found), False
        at += len(piece) - len(stream.unused_data)
    return bytes(found), stream.eof


def _taken(db: sqlite3.Connection, first: int, last: int) -> frozenset[int]:
    return frozenset(letter_id for (letter_id,) in db.execute(TAKEN, (first, last)))


def tidy_up(db: sqlite3.Connection, spool: Path) -> None:
    """Withdraw a file whose writer died, its letters are elsewhere; and remove those that hold nothing any more.

    The file first: a name that the spool forgot would be a file that nobody knows.
    """
    for name, first, last, letters, filed in db.execute(
        "SELECT name, first_id, last_id, letters, filed FROM letter_files"
    ).fetchall():
        ((taken,),) = db.execute(f"SELECT count(*) FROM ({TAKEN})", (first, last))  # noqa: S608 -- a constant of this module
        if filed and taken < letters:
            continue
        path = spool.parent / FOLDER / str(name)
        path.unlink(missing_ok=True)
        if path.parent.exists():
            sync_folder(path.parent)
        with transaction(db):
            db.execute("DELETE FROM letter_files WHERE name = ?", (name,))
            if filed:
                db.execute("DELETE FROM letters_taken WHERE id BETWEEN ? AND ?", (first, last))


def _oldest(db: sqlite3.Connection) -> list[tuple[Any, ...]]:
    """Those that every sink is done with, whole blocks of them: one replay answers all letters of an event."""
    rows: list[tuple[Any, ...]] = []
    size = 0
    statement = f"SELECT {', '.join(COLUMNS)}, counted FROM dead_letters ORDER BY id LIMIT ?"  # noqa: S608 -- constants of this module
    with closing(db.execute(statement, (LETTERS,))) as found:
        for *row, counted in found:
            row[LINE] = row[LINE] if isinstance(row[LINE], bytes) else str(row[LINE]).encode()  # SQLite keeps anything
            size += len(row[LINE])
            if not counted or (rows and size > BYTES):
                break
            rows.append(tuple(row))
    return _whole_blocks(db, rows)


def _whole_blocks(db: sqlite3.Connection, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    blocks: dict[int, int] = {}  # where each begins
    for place, row in enumerate(rows):
        blocks.setdefault(row[1], place)
    end = len(rows)
    for block_id, place in blocks.items():
        (last,) = db.execute("SELECT max(id) FROM dead_letters WHERE block_id = ?", (block_id,)).fetchone()
        if last > rows[-1][0] and place > 0:
            end = min(end, place)
    return list(rows[:end])
