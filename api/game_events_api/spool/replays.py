"""What a replay writes into spool files: the line back into the stream and the mark that it is, in one transaction."""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from game_events_api.ledger_key import DEAD_LETTERED, LedgerKey
from game_events_api.private_files import FILE_MODE, make_folder
from game_events_api.spool.ddl import open_for_writing
from game_events_api.spool.reading import DeadLetterRow, SpoolReader
from game_events_api.spool.rows import BUSY_TIMEOUT_S, add_block, add_to_ledger, transaction

LOCK_SECONDS = 10.0
REPLAYED = "CREATE TABLE IF NOT EXISTS replayed (line_sha256 TEXT PRIMARY KEY, event_id TEXT, at REAL) WITHOUT ROWID"


@dataclass(frozen=True)
class Replayed:
    """A rejected event that passes now, named by the digest of the line that was kept of it."""

    sha256: str
    event_id: str | None
    line: bytes
    key: LedgerKey


def put_back(path: Path, letters: Sequence[DeadLetterRow], now: float) -> None:
    """Dead letters of this file become blocks of it again; those that are already are passed by."""
    with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous=FULL")
        with transaction(db):
            for letter in letters:
                # Every sink that would not take the same event is answered by one replay.
                changed = db.execute(
                    "UPDATE dead_letters SET replayed_at = ? WHERE replayed_at IS NULL AND block_id ="
                    " (SELECT block_id FROM dead_letters WHERE id = ?) AND line = ?",
                    (now, letter.id, letter.line),
                ).rowcount
                if changed:
                    add_block(db, letter.stream, now, {letter.key: 1}, letter.line)
                    add_to_ledger(db, DEAD_LETTERED[letter.stream], {letter.key: -1})


class ReplayFile:
    """The spool file `replay.db`, by which rejected events come back; it knows each line that did."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        db.execute(REPLAYED)

    def append(self, replayed: Sequence[Replayed], now: float) -> int:
        """Store them as one block, without those that came back before; how many did."""
        lines: list[bytes] = []
        keys: Counter[LedgerKey] = Counter()
        with transaction(self._db):
            for one in replayed:
                marked = self._db.execute(
                    "INSERT OR IGNORE INTO replayed VALUES (?, ?, ?)", (one.sha256, one.event_id, now)
                ).rowcount
                if marked:
                    lines.append(one.line)
                    keys[one.key] += 1
            if lines:
                add_block(self._db, "events", now, keys, b"".join(lines))
                add_to_ledger(self._db, "accepted", keys)
        return len(replayed) - len(lines)

    def remember(self, rows: Sequence[tuple[Any, ...]]) -> None:
        with transaction(self._db):
            self._db.executemany("INSERT OR IGNORE INTO replayed VALUES (?, ?, ?)", rows)


@contextmanager
def replay_file(data_dir: Path) -> Iterator[ReplayFile]:
    """One process at a time; filelock.Timeout after 10 s."""
    path = _path(data_dir)
    make_folder(path.parent)
    with (
        FileLock(path.with_suffix(".lock"), timeout=LOCK_SECONDS, mode=FILE_MODE),
        closing(open_for_writing(path)) as db,
    ):
        yield ReplayFile(db)


def remember_replayed(data_dir: Path, rows: Sequence[tuple[Any, ...]]) -> None:
    """What a damaged `replay.db` still said; filelock.Timeout after 10 s."""
    with replay_file(data_dir) as file:
        file.remember(rows)


class ReplayTrial:
    """Answers as `ReplayFile` would and writes nothing."""

    def __init__(self, reader: SpoolReader | None) -> None:
        self._reader = reader
        self._met: set[str] = set()

    def append(self, replayed: Sequence[Replayed], now: float) -> int:
        repeated = 0
        for one in replayed:
            known = self._reader is not None and self._reader.was_replayed(one.sha256)
            repeated += known or one.sha256 in self._met
            self._met.add(one.sha256)
        return repeated


@contextmanager
def replay_trial(data_dir: Path) -> Iterator[ReplayTrial]:
    path = _path(data_dir)
    with SpoolReader(path) if path.exists() else nullcontext() as reader:
        yield ReplayTrial(reader)


def _path(data_dir: Path) -> Path:
    return data_dir / "spool" / "replay.db"
