"""What Firehose could not deliver comes among the dead letters, once, and the ledger agrees."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from game_events_api import ledger
from game_events_api.delivery.firehose_failures import LOOK_SECONDS, ErrorFolder, FirehoseFailures, failed_records
from game_events_api.delivery.spools import Spools
from game_events_api.ledger_key import LedgerKey
from game_events_api.recovery import DeadLetters, Recheck, Selection, Where
from game_events_api.spool import SpoolReader
from game_events_api.spool.blocks import Settled
from game_events_api.spool.damaged import Note, set_aside
from game_events_api.spool.salvage import salvage
from unit.api.delivery.firehose_errors import failure
from unit.api.delivery.simulation import SimulatedClock
from unit.api.delivery.spool_maker import SpoolMaker, line, rejected_line
from unit.stored_lines import event_id


class World:
    """Events 0 to 9 and a rejected one are delivered to Firehose; `errors/` is its error output."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.errors = root / "errors"
        self.errors.mkdir()
        self.clock = SimulatedClock()
        maker = SpoolMaker(root)
        maker.append([line(number) for number in range(10)])
        self.rejected = rejected_line(1, {"game_id": "chess", "event_type": "install"})
        maker.append_counted("rejected", [self.rejected], [LedgerKey("", "install", "", "2026-11-27T12")])
        self.deliver()
        self.failures = FirehoseFailures(root, ErrorFolder(self.errors), self.clock, start=self._at_once)
        self.letters = DeadLetters(root)

    @staticmethod
    def _at_once(work: Callable[[], None]) -> Callable[[], bool]:
        work()
        return lambda: False

    def deliver(self) -> None:
        spools = Spools(self.root / "spool", ("firehose",), self.clock)
        for spool in spools.refresh():
            for stream in ("events", "rejected"):
                spool.settle("firehose", [Settled(one) for one in spool.read("firehose", stream, max_bytes=10**6)])
        spools.close()

    def set_aside(self) -> Note:
        return set_aside(self.root / "spool" / "firehose-failed.db", "a test", self.clock.wall())

    def look(self) -> None:
        self.clock.advance(LOOK_SECONDS)
        self.failures.step()

    @property
    def counts(self) -> tuple[int, int]:
        counts = ledger.read(self.root)
        assert counts.total("accepted") == 10
        differences = ledger.compare(counts, {}, ledger.dead_lettered(self.root), {}, None)
        assert [one for one in differences if one.kind != "lake"] == []  # there is none here
        return counts.total("delivered"), counts.total("dead_lettered")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_it_is_shown_with_the_dead_letters_and_where_it_lies(world: World) -> None:
    path = world.errors / "processing-failed" / "2026" / "one"
    path.parent.mkdir(parents=True)
    path.write_bytes(failure(line(1), line(2)) + failure(world.rejected))
    world.look()

    first, _, third = (letter.fields for letter in world.letters.waiting())
    assert first["lies_in"] == third["lies_in"] == str(path)
    assert (first["event_id"], first["stream"], third["stream"]) == (event_id(1), "events", "rejected")
    assert (first["reason"], first["attempts"], first["sink"]) == (
        "Lambda.FunctionError: it returned an error result",
        4,
        "firehose",
    )
    assert first["dead_at"] == 1622242649.99
    assert world.counts == (8, 2)
    assert ledger.read(world.root).total("rejected_delivered") == 0


@pytest.mark.parametrize("again", ["the same object", "a copy", "the same line in another", "written anew"])
def test_what_is_read_twice_counts_once(world: World, again: str) -> None:
    (world.errors / "one").write_bytes(failure(line(1)) + failure(line(1)))
    world.look()
    match again:
        case "a copy":
            (world.errors / "two").write_bytes((world.errors / "one").read_bytes())
        case "the same line in another":
            (world.errors / "two").write_bytes(failure(line(1), attemptsMade=5))
        case "written anew":
            (world.errors / "one").write_bytes(failure(line(1)) + failure(line(2)))
    world.look()
    world.look()

    assert len(list(world.letters.waiting())) == (2 if again == "written anew" else 1)
    assert world.counts == ((8, 2) if again == "written anew" else (9, 1))


def test_it_is_sent_again_once_and_may_fail_once_more(world: World) -> None:
    (world.errors / "one").write_bytes(failure(line(1), line(2)))
    world.look()
    chosen = list(world.letters.waiting(Selection(Where.parse([f"lies_in={world.errors}/*"]))))

    assert world.letters.replay(chosen, Recheck()).passed == 2
    world.letters.replay(chosen, Recheck())
    assert ledger.waiting(world.root) == 2
    world.deliver()
    world.look()
    assert world.counts == (10, 0)

    (world.errors / "two").write_bytes(failure(line(1), attemptEndingTimestamp=1622300000000))
    world.look()
    assert world.counts == (9, 1)
    world.letters.discard(Selection())
    assert ledger.read(world.root).total("discarded") == 1


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(failure(line(1))),
        failure(line(1)).strip(),
        failure(line(1), attemptsMade="4", attemptEndingTimestamp="1622242649990"),
        failure(line(1)).replace(b"errorCode", b"ErrorCode").replace(b"errorMessage", b"ErrorMessage"),
        failure(line(1)).replace(b"errorCode", b"lastErrorCode").replace(b"errorMessage", b"lastErrorMessage"),
        json.dumps(json.loads(failure(line(1))), indent=1).encode(),
    ],
    ids=["gzipped", "no newline", "numbers as text", "format conversion", "as it was called before", "indented"],
)
def test_every_form_that_the_service_documents_is_read(data: bytes) -> None:
    ((record,), fault) = failed_records(data, 0.0)
    assert (record.lines, record.reason, record.attempts, record.at, fault) == (
        line(1),
        "Lambda.FunctionError: it returned an error result",
        4,
        1622242649.99,
        "",
    )


@pytest.mark.parametrize(
    "rest",
    [
        b"{",
        b"no JSON",
        b"[]",
        b"null",
        b'{"rawData": 7}',
        b'{"rawData": "?"}',
        b'{"other": 1}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"rawData": "ey=="} ' + b"1e999",
    ],
)
def test_what_cannot_be_read_is_said_and_holds_up_nothing_before_it(
    world: World, caplog: pytest.LogCaptureFixture, rest: bytes
) -> None:
    (world.errors / "a").write_bytes(failure(line(1)) + rest)
    (world.errors / "b").write_bytes(failure(line(2)))
    world.look()

    found = [letter.row.event_id for letter in world.letters.waiting()]
    assert [one for one in found if one] == [event_id(1), event_id(2)]
    assert str(world.errors / "a") in caplog.text


def test_a_record_that_is_no_line_of_ours_is_kept_and_not_sent(world: World) -> None:
    (world.errors / "one").write_bytes(failure(b"\x00\xff no event"))
    world.look()

    (letter,) = world.letters.waiting()
    assert letter.line == b"\x00\xff no event"
    report = world.letters.replay([letter], Recheck())
    assert [fails.rule for fails in report.failed] == ["unreadable"]


def test_a_place_that_cannot_be_read_is_said_and_asked_again(world: World, caplog: pytest.LogCaptureFixture) -> None:
    class Down(ErrorFolder):
        down: str | None = "one"

        def read(self, name: str) -> bytes:
            if Path(name).name == self.down:
                raise ConnectionError("down")
            return super().read(name)

    output = Down(world.errors)
    world.failures = FirehoseFailures(world.root, output, world.clock, start=World._at_once)
    (world.errors / "one").write_bytes(failure(line(1)))
    (world.errors / "two").write_bytes(failure(line(2)))
    world.look()
    assert f"{world.errors / 'one'} cannot be read yet: ConnectionError: down" in caplog.text
    assert [letter.row.event_id for letter in world.letters.waiting()] == [event_id(2)]

    output.down = None
    world.look()
    assert len(list(world.letters.waiting())) == 2
    assert world.counts == (8, 2)


def test_what_was_delivered_is_read_once_in_a_look(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    read, sound = [], SpoolReader.ledger

    def counted(spool: SpoolReader) -> Any:
        read.append(spool.path.name)
        return sound(spool)

    monkeypatch.setattr(SpoolReader, "ledger", counted)
    for number in range(3):
        (world.errors / f"{number}").write_bytes(failure(line(number)))
    world.look()
    monkeypatch.undo()

    assert sorted(read) == sorted(set(read)) != []
    assert world.counts == (7, 3)


def test_a_file_that_is_salvaged_has_its_letters_once_and_its_objects_are_not_taken_again(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    (world.errors / "one").write_bytes(failure(line(1), line(2), line(3)))
    world.look()
    world.letters.replay(list(world.letters.waiting())[:1], Recheck())
    world.deliver()
    before = world.counts

    note = world.set_aside()
    world.look()  # before it is salvaged nobody knows what was taken
    assert list(world.letters.waiting()) == []
    assert "not salvaged yet" in caplog.text
    assert salvage(note).events == 0
    (world.errors / "a copy").write_bytes((world.errors / "one").read_bytes())
    (world.errors / "two").write_bytes(failure(line(4)))
    world.look()

    left = [(letter.row.event_id, letter.fields["lies_in"]) for letter in world.letters.waiting()]
    objects = [world.errors / name for name in ("one", "one", "two")]
    assert sorted(left) == [(event_id(number), str(path)) for number, path in zip((2, 3, 4), objects, strict=True)]
    assert before == (8, 2)
    assert world.counts == (7, 3)
