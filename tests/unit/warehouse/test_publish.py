"""Readers see a whole database or the one before; writers come one at a time."""

from pathlib import Path

import duckdb
import pytest
from filelock import FileLock
from game_events_warehouse.errors import WarehouseBusy
from game_events_warehouse.publish import next_database


def write(database: Path, number: int | str) -> None:
    with next_database(database) as copy, duckdb.connect(str(copy)) as connection:
        connection.execute("create table if not exists numbers (n integer)")
        connection.execute("insert into numbers values (?)", [number])


def numbers(database: Path) -> list[int]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return [row[0] for row in connection.execute("select n from numbers order by n").fetchall()]


def test_each_build_continues_from_the_published_database(tmp_path: Path) -> None:
    database = tmp_path / "deep" / "warehouse.duckdb"
    write(database, 1)
    write(database, 2)
    assert numbers(database) == [1, 2]


def test_nothing_is_published_while_a_build_works(tmp_path: Path) -> None:
    database = tmp_path / "warehouse.duckdb"
    write(database, 1)
    with next_database(database) as copy:
        with duckdb.connect(str(copy)) as connection:
            connection.execute("insert into numbers values (2)")
        assert numbers(database) == [1]
    assert numbers(database) == [1, 2]


def test_a_failed_build_leaves_the_published_database_and_no_rest(tmp_path: Path) -> None:
    database = tmp_path / "warehouse.duckdb"
    write(database, 1)
    with pytest.raises(duckdb.Error):
        write(database, "no number")
    assert numbers(database) == [1]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["warehouse.duckdb", "warehouse.duckdb.lock"]


def test_what_a_killed_build_left_is_removed(tmp_path: Path) -> None:
    database = tmp_path / "warehouse.duckdb"
    left = tmp_path / ".warehouse-build-killed"
    left.mkdir()
    (left / "warehouse.duckdb").write_bytes(b"half")
    write(database, 1)
    assert not left.exists()
    assert numbers(database) == [1]


def test_a_second_writer_is_turned_away(tmp_path: Path) -> None:
    database = tmp_path / "warehouse.duckdb"
    write(database, 1)
    with next_database(database), pytest.raises(WarehouseBusy, match="another build"):
        write(database, 2)
    write(database, 3)
    assert numbers(database) == [1, 3]


def test_an_open_reader_keeps_what_it_opened(tmp_path: Path) -> None:
    database = tmp_path / "warehouse.duckdb"
    write(database, 1)
    with duckdb.connect(str(database), read_only=True) as reader:
        write(database, 2)
        assert reader.execute("select count(*) from numbers").fetchall() == [(1,)]
    assert numbers(database) == [1, 2]


def test_the_lock_is_free_after_a_failure(tmp_path: Path) -> None:
    database = tmp_path / "warehouse.duckdb"
    with pytest.raises(duckdb.Error):
        write(database, "no number")
    FileLock(f"{database}.lock", timeout=0).acquire().lock.release()
