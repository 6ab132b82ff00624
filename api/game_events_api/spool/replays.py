"""What a replay writes into spool files: the line back into the stream and the mark that it is, in one transaction."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from game_events_api.ledger_key import DEAD_LETTERED, DISCARDED, LedgerKey
from game_events_api.private_files import FILE_MODE, make_folder
from game_events_api.spool.ddl import DELIVERY_DDL, open_for_writing
from game_events_api.spool.letter_files import ids_in_files, is_filed, mark_taken
from game_events_api.spool.reading import DeadLetterRow, SpoolReader
from game_events_api.spool.rows import BUSY_TIMEOUT_S, add_block, add_to_ledger, transaction

LOCK_SECONDS = 10.0
LETTERS_AT_ONCE = 50
REPLAYED = "CREATE TABLE IF NOT EXISTS replayed (line_sha256 TEXT PRIMARY KEY, event_id TEXT, at REAL) WITHOUT ROWID"


@dataclass(frozen=True)
class Replayed:
    """A rejected event that passes now, named by the digest of the line that was kept of it."""

    sha256: str
    event_id: str | None
    line: bytes
    key: LedgerKey


def put_back(path: Path, letters: Sequence[DeadLetterRow], now: float) -> int:
    """Dead letters of this file become blocks of it again; how many of them were gone already.

    sqlite3.OperationalError where the file is not there any more.
    """

    def send_again(db: sqlite3.Connection, letter: DeadLetterRow) -> None:
        add_block(db, letter.stream, now, {letter.key: 1}, letter.line)

    return _take_out(path, letters, send_again)


def discard(path: Path, letters: Sequence[DeadLetterRow]) -> int:
    """Dead letters of this file are given up, and counted as such; how many of them were gone already."""

    def give_up(db: sqlite3.Connection, letter: DeadLetterRow) -> None:
        add_to_ledger(db, DISCARDED[letter.stream], {letter.key: 1})

    return _take_out(path, letters, give_up)


def _take_out(
    path: Path, letters: Sequence[DeadLetterRow], instead: Callable[[sqlite3.Connection, DeadLetterRow], None]
) -> int:
    """A transaction of a few: the worker's commits wait for each."""
    gone = 0
    uri = f"{path.absolute().as_uri()}?mode=rw"  # or a file that vanished would come to be, empty
    with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous=FULL")
        db.executescript(DELIVERY_DDL)
        filed = ids_in_files(db, path, {letter.id for letter in letters})
        for first in range(0, len(letters), LETTERS_AT_ONCE):
            with transaction(db):
                for letter in letters[first : first + LETTERS_AT_ONCE]:
                    # Every sink that would not take the same event is answered by one replay.
                    taken = db.execute(
                        "DELETE FROM dead_letters WHERE replayed_at IS NULL AND block_id = ? AND line = ?",
                        (letter.block_id, letter.line),
                    ).rowcount
                    for letter_id in filed.get((letter.block_id, letter.line), [letter.id]):
                        taken += is_filed(db, letter_id) and mark_taken(db, letter_id)
                    gone += not taken
                    if taken:
                        instead(db, letter)
                        add_to_ledger(db, DEAD_LETTERED[letter.stream], {letter.key: -1})
    return gone


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
