"""An open file knows when its path leads elsewhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from game_events_api.spool.ddl import open_for_writing
from game_events_api.spool.place import Displaced, OwnFile, place_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.db"


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
