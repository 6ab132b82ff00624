"""An open file knows when its path leads elsewhere."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from game_events_api.spool import SpoolReader
from game_events_api.spool.damaged import FOLDER, notes_in
from game_events_api.spool.ddl import open_for_writing
from game_events_api.spool.faults import SpoolDamaged, is_damage
from game_events_api.spool.own_file import Displaced, OwnFile
from game_events_api.spool.place import place_of
from game_events_api.spool.rows import last_id, store
from game_events_api.spool.salvage import salvage
from unit.api.spool.writer_scenario import entry


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "spool" / "a.db"
    path.parent.mkdir()
    return path


@pytest.fixture
def own(path: Path) -> Iterator[OwnFile]:
    own = OwnFile(path, open_for_writing)
    yield own
    own.close()


def test_a_place_is_of_the_file_and_not_of_its_path(tmp_path: Path) -> None:
    path, moved = tmp_path / "a", tmp_path / "b"
    path.touch()
    before = place_of(str(path))
    path.rename(moved)

    assert place_of(str(path)) is None
    assert place_of(str(moved)) == before is not None


def test_a_file_at_its_path_is_confirmed(own: OwnFile) -> None:
    own.confirm()


@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_was_moved_is_displaced_until_it_is_reopened(own: OwnFile, path: Path, replaced: bool) -> None:
    path.rename(path.with_name("moved.db"))
    if replaced:
        open_for_writing(path).close()
    with pytest.raises(Displaced):
        own.confirm()
    told: list[bool] = []

    own.reopen(lambda: told.append(True))

    own.confirm()
    assert told == [True]


def test_reopening_a_file_in_its_place_tells_nobody(own: OwnFile) -> None:
    told: list[bool] = []
    own.reopen(lambda: told.append(True))

    own.confirm()
    assert told == []


def test_what_is_free_inside_the_file_is_not_used(own: OwnFile) -> None:
    own.connection.execute("CREATE TABLE filler (x)")
    empty = own.bytes_used()
    own.connection.execute("INSERT INTO filler VALUES (zeroblob(1000000))")
    assert own.bytes_used() > empty + 900_000

    own.connection.execute("DELETE FROM filler")
    assert own.bytes_used() == empty


@pytest.mark.parametrize("name", ["a.db-wal", "a.db-shm"])
@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_whose_log_was_taken_away_is_set_aside_with_what_the_log_held(
    own: OwnFile, path: Path, name: str, replaced: bool
) -> None:
    own.stored(store(own.connection, [entry(b"one\n")], 1.0))
    path.with_name(name).unlink()
    if replaced:
        path.with_name(name).write_bytes(b"another")
    with pytest.raises(Displaced, match="taken away"):
        own.confirm()
    told: list[bool] = []

    own.reopen(lambda: told.append(True))

    own.confirm()
    assert told == [True]
    assert last_id(own.connection) == 0
    (note,) = notes_in(path.parent / FOLDER)
    salvage(note)
    assert held_by(path.parent) == [b"one"]


def test_a_damaged_file_is_set_aside_and_a_new_one_begun(tmp_path: Path) -> None:
    path = tmp_path / "spool" / "a.db"
    path.parent.mkdir()
    path.write_bytes(b"no database" * 1000)

    with closing(OwnFile(path, open_for_writing)) as own:
        own.stored(store(own.connection, [entry(b"one\n")], 1.0))

    (note,) = notes_in(path.parent / FOLDER)
    assert note.file.read_bytes() == b"no database" * 1000
    assert "not a database" in note.reason
    assert held_by(tmp_path) == []


def test_a_file_that_went_back_is_noticed_before_anything_is_written(own: OwnFile) -> None:
    """As it does when the index of its log is written over by an older one."""
    own.stored(7)

    with pytest.raises(SpoolDamaged, match="went back from block 7 to block 0"):
        store(own.connection, [entry(b"two\n")], 1.0, own.last_id)


@pytest.mark.parametrize("lost", ["a.db", "a.db-wal"])
def test_what_was_taken_away_while_nothing_ran_is_named(tmp_path: Path, lost: str) -> None:
    path, running = tmp_path / "spool" / "a.db", tmp_path / "running"
    path.parent.mkdir()
    with closing(OwnFile(path, open_for_writing)) as own:
        own.stored(store(own.connection, [entry(b"one\n")], 1.0))
        shutil.copytree(path.parent, running)  # as a process that is killed leaves it
    shutil.rmtree(path.parent)
    running.rename(path.parent)
    (path.parent / lost).unlink()

    OwnFile(path, open_for_writing).close()

    notes = list(notes_in(path.parent / FOLDER))
    assert [note.about for note in notes if "had blocks up to 1" in note.reason] == (["loss"] if "wal" in lost else [])
    assert [note.about for note in notes if "without its log" in note.reason] == ([] if "wal" in lost else ["file"])


def test_what_a_killed_worker_did_not_finish_is_no_damage(tmp_path: Path) -> None:
    path, running = tmp_path / "spool" / "a.db", tmp_path / "running"
    path.parent.mkdir()
    with closing(OwnFile(path, open_for_writing)) as own:
        own.stored(store(own.connection, [entry(b"one\n")], 1.0))
        store(own.connection, [entry(b"never acknowledged\n")], 1.0)
        shutil.copytree(path.parent, running)
    shutil.rmtree(path.parent)
    running.rename(path.parent)
    log = path.with_name("a.db-wal")
    log.write_bytes(log.read_bytes()[:-1])

    OwnFile(path, open_for_writing).close()

    assert list(notes_in(path.parent / FOLDER)) == []
    with SpoolReader(path) as spool:
        assert list(spool.lines("events")) == [b"one"]


def held_by(directory: Path) -> list[bytes]:
    """Of the files that were salvaged."""
    lines: list[bytes] = []
    for path in directory.glob("*-salvaged.db"):
        with SpoolReader(path) as spool:
            lines += spool.lines("events")
    return lines


@pytest.mark.parametrize("held_open", [False, True])
def test_a_log_that_is_cut_under_its_worker_stops_no_worker(tmp_path: Path, held_open: bool) -> None:
    """SQLite says I/O error for ever, as long as anybody has the index that tells of what was cut."""
    path = tmp_path / "spool" / "a.db"
    path.parent.mkdir()
    own = OwnFile(path, open_for_writing)
    own.connection.execute("PRAGMA cache_size = 1")
    for _ in range(20):
        own.stored(store(own.connection, [entry(os.urandom(20_000))], 0.0))
    other = sqlite3.connect(path)
    if held_open:  # as delivery has it
        other.execute("SELECT count(*) FROM blocks").fetchone()
    os.truncate(f"{path}-wal", 20_000)
    with pytest.raises(sqlite3.OperationalError) as failed:
        own.connection.execute("SELECT sum(length(data)) FROM blocks").fetchone()

    assert is_damage(failed.value)
    own.reopen(lambda: None, str(failed.value))

    own.stored(store(own.connection, [entry(b"x")], 0.0))
    (note,) = notes_in(path.parent / FOLDER)
    assert note.about == "file"
    other.close()
    own.close()
