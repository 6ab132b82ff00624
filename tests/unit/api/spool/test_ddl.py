"""What counts as a spool file."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from game_events_api.spool.ddl import open_for_writing, remove_log, require_spool


def test_a_file_that_a_worker_created_is_a_spool(tmp_path: Path) -> None:
    open_for_writing(tmp_path / "a.db").close()

    require_spool(tmp_path / "a.db")


@pytest.mark.parametrize("kind", ["missing", "folder", "empty"])
def test_what_no_worker_created_is_none(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.db"
    if kind == "folder":
        path.mkdir()
    elif kind == "empty":
        path.touch()

    with pytest.raises(sqlite3.Error):
        require_spool(path)


def test_a_table_of_other_columns_is_named(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as db:
        db.executescript("CREATE TABLE blocks (id INTEGER PRIMARY KEY, x); CREATE TABLE ledger (x);")

    with pytest.raises(sqlite3.DatabaseError, match="blocks has no column counts, created_at, data, events, stream"):
        require_spool(tmp_path / "a.db")


def test_a_log_goes_and_its_file_stays(tmp_path: Path) -> None:
    for name in ("a.db", "a.db-wal", "a.db-shm"):
        (tmp_path / name).touch()

    remove_log(tmp_path / "a.db")

    assert [path.name for path in tmp_path.iterdir()] == ["a.db"]
