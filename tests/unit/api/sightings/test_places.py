"""Where an event is found, in how much time, and what does not stop the search."""

import gzip
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from game_events_api.sightings import UnpackedFile, in_lake, in_spools, lake_files, text_of
from game_events_api.sightings.folder import PIECE
from game_events_api.spool.letter_files import move_out
from unit.api.delivery.spool_maker import SpoolMaker, line
from unit.api.recovery.kept_events import bury
from unit.stored_lines import event_id


def put(root: Path, path: str, *lines: bytes) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(b"".join(lines)))
    os.utime(file, (1_795_000_000, 1_795_000_000))


def read(root: Path, **options: object) -> tuple[list[str], list[str]]:
    """Paths in their order, and those that were passed over."""
    missed: list[str] = []
    return [file.path for file in lake_files(root, passed_over=missed.append, **options)], missed  # type: ignore[arg-type]


def test_every_place_says_when_the_event_was_put_there_and_what_is_stored(tmp_path: Path) -> None:
    bury(tmp_path, range(2), "InvalidArgument: no")
    SpoolMaker(tmp_path).append([line(1)])
    (tmp_path / "spool" / "worker-7.db").write_bytes(b"no database" * 100)
    put(tmp_path / "lake", "events/2026/11/20/12/a.gz", line(0), line(1))
    missed: list[str] = []
    found = list(in_spools(event_id(1), tmp_path, passed_over=missed.append))
    assert missed == ["worker-7.db"]
    found += in_lake(event_id(1), lake_files(tmp_path / "lake", passed_over=print))
    assert [one.seen_in for one in found] == ["spool", "dead-letter", "lake"]
    assert all(one.details["at"].startswith("20") for one in found)
    assert {one.line.strip() for one in found} == {line(1).strip()}
    assert found[-1].details["at"] == "2026-11-18T11:06:40.000000Z"
    assert found[-1].details["row"] == 2


def test_no_block_is_unpacked_once_the_time_is_over(tmp_path: Path) -> None:
    SpoolMaker(tmp_path).append([line(1)], [line(1)])
    asked = count()
    found = list(in_spools(event_id(1), tmp_path, passed_over=print, more=lambda: next(asked) < 1))
    assert len(found) == 1


def _no_lines(spool: Path) -> None:
    with closing(sqlite3.connect(spool)) as db, db:
        db.execute("UPDATE blocks SET data = x'00' WHERE id = (SELECT min(id) FROM blocks)")


def _no_time(spool: Path) -> None:
    with closing(sqlite3.connect(spool)) as db, db:
        db.execute("UPDATE blocks SET created_at = 'noon'")


def _no_database(spool: Path) -> None:
    spool.write_bytes(b"no database" * 100)


@pytest.mark.parametrize("damage", [_no_lines, _no_time, _no_database])
def test_what_is_damaged_in_a_spool_file_is_told_and_ends_no_search(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    spool = SpoolMaker(tmp_path)
    spool.append([line(1)])
    (path,) = (tmp_path / "spool").glob("*.db")
    damage(path)
    missed: list[str] = []
    assert list(in_spools(event_id(1), tmp_path, passed_over=missed.append)) == []
    assert missed == [path.name]


def test_a_damaged_file_of_dead_letters_is_told_and_what_it_still_holds_is_found(tmp_path: Path) -> None:
    bury(tmp_path, range(200), "InvalidArgument: no")
    path = tmp_path / "spool" / "worker-0.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        move_out(db, path, 0)
    (file,) = (tmp_path / "spool" / "dead-letters").glob("*.gz")
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    for number, places in ((1, ["dead-letter"]), (199, [])):
        missed: list[str] = []
        found = list(in_spools(event_id(number), tmp_path, passed_over=missed.append))
        assert ([one.seen_in for one in found], missed) == (places, [f"dead-letters/{file.name}"])


@pytest.mark.parametrize("name", ["a.gz", "a.ndjson"])
def test_a_file_is_unpacked_in_pieces_up_to_a_bound_and_no_longer_than_there_is_time(tmp_path: Path, name: str) -> None:
    text = b"\n" * (4 * PIECE)
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    assert text_of(tmp_path / name) == text
    assert text_of(tmp_path / name, largest=4 * PIECE - 1) is None
    asked = count(1)
    assert text_of(tmp_path / name, more=lambda: next(asked) < 3) is None
    assert next(asked) == 4, "it asked after each piece, and stopped at once"
    missed: list[str] = []
    assert list(lake_files(tmp_path, first=[name], passed_over=missed.append, more=lambda: next(asked) < 6)) == []
    assert missed == [name]


def test_named_files_come_first_then_hours_from_the_one_that_is_given(tmp_path: Path) -> None:
    paths = [f"events/2026/11/20/{hour}/a.gz" for hour in ("10", "11", "12")] + ["rejected/2026/11/20/11/r.gz"]
    for path in paths:
        put(tmp_path, path, line(1))
    (tmp_path / "events/2026/11/20/11/.part.gz").write_bytes(b"unfinished")
    ten, eleven, twelve, rejected = paths
    assert read(tmp_path) == ([twelve, eleven, rejected, ten], [])
    assert read(tmp_path, since="2026-11-20T11") == ([eleven, rejected, twelve], [])
    assert read(tmp_path, since="2026-11-20T12", first=[ten]) == ([ten, twelve], [])
    assert read(tmp_path, without={ten, twelve}) == ([eleven, rejected], [])


def test_files_that_cannot_be_read_are_told_and_hide_no_other(tmp_path: Path) -> None:
    put(tmp_path, "events/2026/11/20/12/b.gz", line(1))
    (tmp_path / "events/2026/11/20/12/a.gz").write_bytes(b"no gzip")
    assert read(tmp_path, first=["events/gone.gz"]) == (
        ["events/2026/11/20/12/b.gz"],
        ["events/gone.gz", "events/2026/11/20/12/a.gz"],
    )


def test_a_file_was_written_when_its_folder_says_unless_it_was_copied_since() -> None:
    name = "events/2026/11/20/12/game-events-1-2026-11-20-12-00-00-x.gz"
    named = 1_795_176_000.0
    for changed, written in (
        (named + 0.25, "2026-11-20T12:00:00.250000Z"),
        (named + 86400, "2026-11-20T12:00:00.000000Z"),
        (None, "2026-11-20T12:00:00.000000Z"),
    ):
        assert UnpackedFile(name, "events", b"", changed).written_at == written
    for nameless in ("events/a.gz", "events/a-2026-99-20-12-00-00-x.gz"):
        assert UnpackedFile(nameless, "events", b"", None).written_at is None
