"""`spool/firehose-failed.db`: what Firehose confirmed and then could not deliver, as dead letters.

Its events were counted as delivered by the spool file that they came from. Here they are taken back: one less
delivered, one more dead-lettered, so that the sums over all spool files agree. An object is taken once, in one
transaction with the mark that it was.
"""

import hashlib
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from filelock import FileLock

from game_events_api.ledger_key import DEAD_LETTERED, DELIVERED, OTHER_GAMES, LedgerKey
from game_events_api.private_files import FILE_MODE, make_folder
from game_events_api.spool.damaged import notes
from game_events_api.spool.ddl import DELIVERY_DDL, open_for_writing
from game_events_api.spool.reading import SpoolReader, look_at_each
from game_events_api.spool.rows import add_to_ledger, transaction
from game_events_api.spool.stored_line import counted_as, identity

NAME = "firehose-failed.db"
LOCK_SECONDS = 10.0
OBJECTS = """
CREATE TABLE IF NOT EXISTS failed_objects (
  id INTEGER PRIMARY KEY AUTOINCREMENT,  -- negative, it is block_id of its dead letters
  name TEXT NOT NULL, version TEXT NOT NULL, sha256 TEXT NOT NULL UNIQUE, letters INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS failed_object_names (
  name TEXT NOT NULL, version TEXT NOT NULL, PRIMARY KEY (name, version)
) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class FailedRecord:
    """One record that Firehose gave up, NDJSON as it was sent; `at` is when it did, in Unix seconds."""

    lines: bytes
    reason: str
    attempts: int
    at: float


class FailedObjects:
    """Of one look: what was delivered is read once in it."""

    def __init__(self, data_dir: Path, db: sqlite3.Connection) -> None:
        self._data_dir = data_dir
        self._db = db
        db.executescript(DELIVERY_DDL + OBJECTS)

    def known(self, name: str, version: str) -> bool:
        """Whether it was taken, or one with the same bytes."""
        found = self._db.execute("SELECT 1 FROM failed_object_names WHERE name = ? AND version = ?", (name, version))
        return found.fetchone() is not None

    def take(self, name: str, version: str, data: bytes, records: Sequence[FailedRecord]) -> int:
        """Put what is in it among the dead letters, once; how many there are more now."""
        left = {stream: counts.copy() for stream, counts in self._delivered.items()}
        letters = 0
        with transaction(self._db):
            self._db.execute("INSERT OR IGNORE INTO failed_object_names VALUES (?, ?)", (name, version))
            row = (name, version, hashlib.sha256(data).hexdigest())
            added = self._db.execute(
                "INSERT OR IGNORE INTO failed_objects (name, version, sha256, letters) VALUES (?, ?, ?, 0)", row
            )
            if not added.rowcount:
                return 0
            object_id = int(added.lastrowid or 0)
            for record in records:
                for line in record.lines.splitlines(keepends=True):
                    letters += bool(line.strip()) and self._bury(object_id, record, line, left)
            self._db.execute("UPDATE failed_objects SET letters = ? WHERE id = ?", (letters, object_id))
        self._delivered.update(left)
        return letters

    def remember(self, objects: Iterable[tuple[Any, ...]], names: Iterable[tuple[Any, ...]]) -> None:
        """What a damaged file still said of those that were taken, as rows of its two tables."""
        with transaction(self._db):
            self._db.executemany(
                "INSERT OR IGNORE INTO failed_objects (name, version, sha256, letters) VALUES (?, ?, ?, ?)",
                [row[1:] for row in objects],
            )
            self._db.executemany("INSERT OR IGNORE INTO failed_object_names VALUES (?, ?)", names)

    @cached_property
    def _delivered(self) -> dict[str, Counter[LedgerKey]]:
        """By stream, of all spool files."""
        counts = {stream: Counter[LedgerKey]() for stream in DELIVERED}
        for stages in look_at_each(self._data_dir, SpoolReader.ledger):
            for stream, stage in DELIVERED.items():
                counts[stream].update(stages[stage])
        return counts

    def _bury(self, object_id: int, record: FailedRecord, line: bytes, left: dict[str, Counter[LedgerKey]]) -> bool:
        """False for one that is a dead letter already: Firehose may have had it twice."""
        stream, event_id, named = _whose(line)
        same = self._db.execute("SELECT 1 FROM dead_letters WHERE event_id IS ? AND line = ?", (event_id, line))
        if same.fetchone() is not None:
            return False
        key = _counted(stream, named, left[stream])
        left[stream][key] -= 1
        self._db.execute(
            "INSERT INTO dead_letters (block_id, sink, stream, dead_at, reason, attempts, event_id, game_id,"
            " event_type, schema_version, hour, line, counted, checksum)"
            " VALUES (?, 'firehose', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)",
            (
                *(-object_id, stream, record.at, record.reason, record.attempts, event_id),
                *(*key, line, zlib.crc32(line)),
            ),
        )
        add_to_ledger(self._db, DELIVERED[stream], {key: -1})
        add_to_ledger(self._db, DEAD_LETTERED[stream], {key: 1})
        return True


@contextmanager
def failed_objects(data_dir: Path) -> Iterator[FailedObjects]:
    """One process at a time; filelock.Timeout after 10 s.

    sqlite3.OperationalError while a damaged file waits to be salvaged: what it took would be taken again.
    """
    with known_objects(data_dir) as known:
        if any(note.spool == NAME and note.waits for note in notes(data_dir)):
            raise sqlite3.OperationalError(f"{NAME} was damaged and is not salvaged yet")
        yield known


@contextmanager
def known_objects(data_dir: Path) -> Iterator[FailedObjects]:
    """The same for one that salvages it."""
    path = data_dir / "spool" / NAME
    make_folder(path.parent)
    with (
        FileLock(path.with_suffix(".lock"), timeout=LOCK_SECONDS, mode=FILE_MODE),
        closing(open_for_writing(path)) as db,
    ):
        yield FailedObjects(data_dir, db)


def _whose(line: bytes) -> tuple[str, str | None, LedgerKey]:
    for stream in DELIVERED:
        try:
            event_id, _, named = identity(stream, line)
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
        return stream, event_id, named
    return "events", None, LedgerKey("", "", "", "")  # no line of ours; it is kept all the same


def _counted(stream: str, named: LedgerKey, left: Counter[LedgerKey]) -> LedgerKey:
    """What the ledger counted it under when it was delivered."""
    if stream == "events":
        others = named._replace(game_id=OTHER_GAMES)
        return others if left[others] > 0 >= left[named] else named
    of_hour = Counter({key: number for key, number in left.items() if key.hour == named.hour and number > 0})
    return counted_as(named, of_hour) if of_hour else LedgerKey("", "", "", named.hour)
