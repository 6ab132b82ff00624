"""Spool files as others than their owner read them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


def spool_files(data_dir: Path) -> list[Path]:
    return sorted(path for path in (data_dir / "spool").glob("*.db") if path.is_file())


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A spool file to read. Not `immutable`: its owner may be writing."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10.0)) as connection:
        yield connection


def tables(connection: sqlite3.Connection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
