"""Each spool file stands by itself: a bad one is set aside and named, a replaced one is opened anew."""

import json
import logging
import os
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from faults.damaged_spool import at_once
from faults.failing_services import Firehose, InlineCalls, ids_of
from faults.fault_script import Faults
from game_events_api import ledger
from game_events_api.delivery.engine import Engine
from game_events_api.delivery.firehose_sink import FirehoseSink
from game_events_api.delivery.lake_sink import LakeSink
from game_events_api.delivery.salvaging import Salvaging
from game_events_api.delivery.sink import Sink
from game_events_api.delivery.spools import Spools
from game_events_api.diagnosis import delivery_check
from game_events_api.process.server_readiness import damage_check
from unit.api.delivery.simulation import SimulatedClock
from unit.api.delivery.spool_maker import SpoolMaker, line
from unit.api.delivery.test_lake_sink import stored
from unit.stored_lines import event_id


class Delivery:
    """The real engine over real files in simulated time, to the lake or to Firehose."""

    def __init__(self, root: Path, name: str) -> None:
        self.root = root
        self.clock = SimulatedClock()
        self._firehose = Firehose(Faults([], self.clock), self.clock, random.Random(1))
        sink: Sink = (
            LakeSink(root / "lake", clock=self.clock)
            if name == "lake"
            else FirehoseSink(
                InlineCalls(self._firehose),
                streams={"events": "game-events", "rejected": "game-events-rejected"},
                clock=self.clock,
                window_bytes=20_000,
            )
        )
        salvaging = Salvaging(root / "spool", self.clock, start=at_once)
        spools = Spools(root / "spool", [sink.name], self.clock, salvaging=salvaging)
        self.engine = Engine(root, [sink], clock=self.clock, spools=spools)
        (root / "spool").mkdir(exist_ok=True)

    def run(self, seconds: float) -> None:
        end = self.clock.now + seconds
        while self.clock.now < end:
            self.clock.advance(max(self.engine.step(), 0.05))

    @property
    def arrived(self) -> Counter[str]:
        return stored(self.root) + ids_of(text for record in self._firehose.records for text in record.splitlines())

    @property
    def unusable(self) -> dict[str, str]:
        unusable: dict[str, str] = json.loads((self.root / "delivery" / "status.json").read_text())["unusable_spools"]
        return unusable

    def ready(self) -> tuple[str, str]:
        check = delivery_check(self.root / "delivery" / "status.json")
        return check.status, check.detail


@pytest.fixture(params=["lake", "firehose"])
def delivery(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Delivery]:
    delivery = Delivery(tmp_path, request.param)
    yield delivery
    delivery.engine.close()


def ids(*numbers: int) -> Counter[str]:
    return Counter({event_id(number): 1 for number in numbers})


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.executescript("CREATE TABLE blocks (id INTEGER PRIMARY KEY, x); CREATE TABLE ledger (x);")


def foreign_row(counts: str, data: object) -> Callable[[Path], None]:
    """In a file whose other rows are sound."""

    def make(path: Path) -> None:
        maker = SpoolMaker(path.parent.parent, path.stem)
        maker.append([line(800)])
        with closing(sqlite3.connect(maker.path)) as db, db:
            columns = "(stream, created_at, events, counts, data)"
            db.execute(f"INSERT INTO blocks {columns} VALUES ('events', 0, 1, ?, ?)", (counts, data))
        maker.append([line(801)])

    return make


def malformed(path: Path) -> None:
    maker = SpoolMaker(path.parent.parent, path.stem)
    maker.append(*([line(number, padding=5000)] for number in range(900, 930)))
    content = bytearray(path.read_bytes())
    content[16384 * 2 :] = b"\xff" * (len(content) - 16384 * 2)
    path.write_bytes(content)


BAD: dict[str, Callable[[Path], object]] = {
    "other-columns": foreign,
    "empty": lambda path: path.touch(),
    "a-folder": lambda path: path.mkdir(),
    "a-pipe": os.mkfifo,
    "a-loop": lambda path: path.symlink_to(path.name),
}
ROWS: dict[str, Callable[[Path], None]] = {
    "rows-of-another-kind": foreign_row("not JSON", "text"),
    "counts-of-half-a-character": foreign_row('[["\\ud800", "", "", "", 1]]', b"[]\n"),
    "counts-beyond-64-bits": foreign_row(f'[["", "", "", "", {2**64}]]', b"[]\n"),
    "counts-nested-too-deep": foreign_row("[" * 200_000, b"[]\n"),
    "no-end": foreign_row("[]", line(900)[:-1]),
}
"""Rows that no worker wrote, in a file that is one."""


@pytest.mark.parametrize("kind", ROWS)
def test_a_bad_row_is_set_aside_and_counted_and_its_neighbours_are_delivered(
    delivery: Delivery, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    ROWS[kind](delivery.root / "spool" / "spool-0.db")

    delivery.run(10.0)

    assert delivery.arrived == ids(800, 801)
    assert delivery.engine.drained()
    (note,) = ledger.damage(delivery.root)
    assert (note.about, note.name, note.spool, note.events) == ("block", "spool-0-block-2", "spool-0.db", 1)
    kept = json.loads(note.path.read_text())["row"]
    assert kept["id"] == 2, "its bytes are kept"
    assert ledger.read(delivery.root).total("damaged") == 1
    assert [text for text in caplog.messages if "block 2 of" in text]


@pytest.mark.parametrize("kind", ["no-sqlite-file", "malformed"])
def test_a_damaged_file_is_set_aside_and_what_it_held_is_delivered(
    delivery: Delivery, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = delivery.root / "spool" / "spool-0.db", SpoolMaker(delivery.root, "good")
    malformed(bad) if kind == "malformed" else bad.write_bytes(b"no database" * 1000)
    good.append([line(1)])

    delivery.run(20.0)
    good.append([line(2)])
    delivery.run(10.0)

    held = range(900, 930) if kind == "malformed" else ()  # perhaps twice to Firehose: what was on its way
    assert delivery.arrived.keys() == ids(1, 2, *held).keys()
    assert not bad.exists(), "its worker begins a new one"
    (note,) = ledger.damage(delivery.root)
    assert (note.about, note.spool) == ("file", "spool-0.db")
    assert note.salvaged is not None
    assert note.file.exists(), "it is kept"
    assert damage_check(delivery.root / "spool").status == "warn"
    assert [text for text in caplog.messages if "set aside as" in text and "spool-0.db" in text]


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_set_aside_and_named_and_the_others_are_delivered(
    delivery: Delivery, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    bad = delivery.root / "spool" / "a-bad.db"
    (delivery.root / "spool").mkdir(exist_ok=True)
    BAD[kind](bad)
    good = SpoolMaker(delivery.root, "good")
    good.append([line(1)])

    with caplog.at_level(logging.INFO):
        delivery.run(4.0)
        assert delivery.arrived == ids(1)
        good.append([line(2)])
        delivery.run(30.0)

    assert delivery.arrived == ids(1, 2)
    assert list(delivery.unusable) == ["a-bad.db"]
    status, detail = delivery.ready()
    assert status == "warn"
    assert "a-bad.db" in detail
    logged = [record.getMessage() for record in caplog.records if "a-bad.db" in record.getMessage()]
    assert len(logged) == 1, logged

    shutil.rmtree(bad) if bad.is_dir() else bad.unlink()
    SpoolMaker(delivery.root, "a-bad").append([line(3)])
    delivery.run(20.0)
    assert delivery.arrived == ids(1, 2, 3), "it is looked at again"
    assert delivery.unusable == {}
    assert delivery.ready()[0] == "pass"


def test_a_locked_file_holds_up_no_other_and_is_delivered_once_it_is_free(delivery: Delivery) -> None:
    locked, good = SpoolMaker(delivery.root, "a-locked"), SpoolMaker(delivery.root, "good")
    delivery.run(0.1)  # both are open before
    locked.append(*([line(number, padding=2000)] for number in range(100, 130)))  # more than the window holds
    with closing(sqlite3.connect(locked.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        good.append([line(1)])
        delivery.run(6.0)
        assert delivery.arrived[event_id(1)] == 1
        assert "locked" in delivery.unusable["a-locked.db"]
        other.execute("ROLLBACK")
    delivery.run(30.0)
    assert delivery.arrived == ids(1, *range(100, 130))
    assert delivery.unusable == {}


@pytest.mark.parametrize("pending", [False, True])
def test_a_file_that_is_deleted_and_made_again_is_delivered(delivery: Delivery, pending: bool) -> None:
    maker = SpoolMaker(delivery.root)
    for block in range(5):
        maker.append([line(block)])
    delivery.run(0.3 if pending else 3.0)  # before the linger is over, or after
    assert bool(delivery.arrived) is not pending
    for path in (delivery.root / "spool").iterdir():
        path.unlink()
    SpoolMaker(delivery.root).append([line(10)])
    delivery.run(5.0)

    assert delivery.arrived == ids(*range(5), 10), "what the deleted file held was open, and is delivered too"
    assert delivery.engine.drained()


def test_a_file_that_is_moved_is_delivered(delivery: Delivery) -> None:
    maker = SpoolMaker(delivery.root, "before")
    for block in range(5):
        maker.append([line(block)])
    delivery.run(0.3)
    maker.path.rename(maker.path.with_name("after.db"))
    delivery.run(10.0)

    assert delivery.arrived.keys() == ids(*range(5)).keys(), "perhaps twice to Firehose: what was on its way"
    assert delivery.engine.drained()


def test_a_file_that_disappears_for_good_is_let_go(delivery: Delivery) -> None:
    SpoolMaker(delivery.root, "gone").append([line(1)])
    delivery.run(0.3)
    for path in (delivery.root / "spool").iterdir():
        path.unlink()
    SpoolMaker(delivery.root, "other").append([line(2)])
    delivery.run(5.0)

    assert delivery.arrived == ids(1, 2)
    assert delivery.engine.drained()
    assert delivery.unusable == {}
