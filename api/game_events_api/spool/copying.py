"""A spool file as it is at one moment, while its worker and delivery go on writing it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from game_events_api.private_files import touch
from game_events_api.spool.letter_files import files_of

BUSY_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Elsewhere:
    """What a spool file says of other files.

    By path in the lake: of each that it delivered, its SHA-256; and of each that was announced and not confirmed, which
    stands or does not. By path below `spool/`: files of dead letters in force.
    """

    delivered: dict[str, str]
    announced: frozenset[str]
    letter_files: frozenset[str]


def copy_spool(path: Path, target: Path) -> Elsewhere:
    """`copy_database` of a spool file, and what it says of other files."""
    with _copied(path, target) as copy:
        tables = {row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        delivered = "SELECT path, sha256 FROM lake_files" if "lake_files" in tables else "SELECT 1, 1 WHERE 0"
        announced = "SELECT path FROM intents" if "intents" in tables else "SELECT 1 WHERE 0"
        letters = files_of(copy, path) if "letter_files" in tables else []
        return Elsewhere(
            dict(copy.execute(delivered).fetchall()),
            frozenset(row[0] for row in copy.execute(announced)),
            frozenset(file.lies_in for file in letters if file.wanted),
        )


def copy_database(path: Path, target: Path) -> None:
    """Copy a SQLite file with what is in its log, all of one moment; `target` is not there before.

    Raises sqlite3.Error where the file, or the copy, is not sound: then there is no copy.
    """
    with _copied(path, target):
        pass


@contextmanager
def _copied(path: Path, target: Path) -> Iterator[sqlite3.Connection]:
    touch(target)
    try:
        source = f"{path.absolute().as_uri()}?mode=ro"
        with (
            closing(sqlite3.connect(source, uri=True, timeout=BUSY_TIMEOUT_S)) as original,
            closing(sqlite3.connect(target)) as copy,
        ):
            original.backup(copy)  # in one step, which is one moment, and holds no writer up
            copy.execute("PRAGMA journal_mode = DELETE")  # whoever opens it makes it WAL again
            faults = [row[0] for row in copy.execute("PRAGMA integrity_check(1)")]
            if faults != ["ok"]:
                raise sqlite3.DatabaseError(f"{path.name} is damaged: {faults[0]}")
            yield copy
    except BaseException:
        target.unlink(missing_ok=True)
        raise
