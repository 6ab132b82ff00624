"""What a set-aside file held comes into a new one, whose ledger agrees."""

import sqlite3
from contextlib import closing
from pathlib import Path

from game_events_api import ledger
from game_events_api.spool import SpoolReader
from game_events_api.spool.blocks import Settled
from game_events_api.spool.damaged import FOLDER, notes_in, places, set_aside
from game_events_api.spool.place import place_of
from game_events_api.spool.salvage import salvage
from game_events_api.spool.spool_file import SpoolFile
from unit.api.delivery.spool_maker import NOON, SpoolMaker, line
from unit.api.delivery.test_lake_sink import Stage


def salvaged(root: Path, maker: SpoolMaker, damage: str | None = None) -> dict[str, int]:
    if damage:
        with closing(sqlite3.connect(maker.path)) as db, db:
            db.execute(damage)
    note = salvage(set_aside(maker.path, "a test", NOON.timestamp()))
    assert note == next(notes_in(root / "spool" / FOLDER))
    books = ledger.read(root)
    assert ledger.compare(books, ledger.lake_files(root), ledger.dead_lettered(root), {}, None) == []
    stages: dict[str, int] = {stage: books.total(stage) for stage in ledger.STAGES if books.total(stage)}
    return {**stages, "waiting": books.waiting["events"].total(), "lost": note.events}


def test_a_sound_file_is_the_same_afterwards(tmp_path: Path) -> None:
    maker = SpoolMaker(tmp_path)
    maker.append([line(1), line(2)], [line(3)])

    assert salvaged(tmp_path, maker) == {"accepted": 3, "waiting": 3, "lost": 0}
    assert not maker.path.exists()
    (path,) = (tmp_path / "spool").glob("*.db")
    with SpoolReader(path) as spool:
        assert list(spool.lines("events")) == [line(number).rstrip() for number in (1, 2, 3)]


def test_what_no_byte_tells_any_more_is_counted_as_damaged(tmp_path: Path) -> None:
    maker = SpoolMaker(tmp_path)
    maker.append([line(1), line(2)], [line(3)])

    counts = salvaged(tmp_path, maker, "UPDATE blocks SET data = zeroblob(length(data)) WHERE id = 1")
    assert counts == {"accepted": 3, "damaged": 2, "waiting": 1, "lost": 2}


def test_a_ledger_that_forgot_counts_what_is_there(tmp_path: Path) -> None:
    maker = SpoolMaker(tmp_path)
    maker.append([line(1), line(2)], [line(3)])

    assert salvaged(tmp_path, maker, "DELETE FROM ledger") == {"accepted": 3, "waiting": 3, "lost": 0}


def test_what_was_delivered_is_not_delivered_again(tmp_path: Path) -> None:
    maker = SpoolMaker(tmp_path)
    maker.append(*([line(number)] for number in range(40)))
    Stage(tmp_path).run(3.0)
    maker.append([line(50)])

    note = salvage(set_aside(maker.path, "a test", NOON.timestamp()))

    assert note.salvaged is not None
    assert (note.salvaged["blocks"], note.events) == (1, 0)
    assert len(ledger.lake_files(tmp_path)) == 1
    assert ledger.read(tmp_path).total("delivered") == 40


def test_what_comes_into_it_later_is_not_taken_for_a_block_that_was_lost(tmp_path: Path) -> None:
    """One that a sink had already."""
    maker, sinks = SpoolMaker(tmp_path), ("lake", "firehose")
    maker.append([line(1)])
    with closing(SpoolFile(maker.path, sinks, NOON.timestamp)) as spool:
        spool.settle("lake", [Settled(one) for one in spool.read("lake", "events", max_bytes=10**6)])
    salvaged(tmp_path, maker, "UPDATE blocks SET data = zeroblob(length(data))")
    (path,) = (tmp_path / "spool").glob("*.db")
    SpoolMaker(tmp_path, path.stem).append([line(2)])

    with closing(SpoolFile(path, sinks, NOON.timestamp)) as spool:
        assert [block.data for block in spool.read("lake", "events", max_bytes=10**6)] == [line(2)]


def test_a_file_is_set_aside_once(tmp_path: Path) -> None:
    """By a worker that died before it took the file's own name away."""
    maker = SpoolMaker(tmp_path)
    maker.append([line(1)])
    place, copy = place_of(str(maker.path)), maker.path.with_name("linked")
    copy.hardlink_to(maker.path)
    first = set_aside(maker.path, "a test", NOON.timestamp())
    copy.rename(maker.path)

    assert set_aside(maker.path, "a test", NOON.timestamp()) == first
    assert places(tmp_path / "spool") == {place}
    assert salvage(first) == salvage(first)
    assert len(list((tmp_path / "spool").glob("*.db"))) == 1
