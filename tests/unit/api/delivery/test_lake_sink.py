"""The lake sink: whole files, each block once, whatever fails on the way."""

import gzip
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from game_events_api import ledger
from game_events_api.delivery.lake_sink import Directory, LakeSink, temporary
from game_events_api.delivery.spools import Spools
from game_events_api.spool.blocks import Block, Settled
from unit.api.delivery.simulation import SimulatedClock
from unit.api.delivery.spool_maker import SpoolMaker, line, rejected_line
from unit.stored_lines import event_id

OPEN: list[Spools] = []


@pytest.fixture(autouse=True)
def _spools_are_closed() -> Iterator[None]:
    """A connection that nobody closes is a ResourceWarning from Python 3.13 on, in whatever test comes later."""
    yield
    while OPEN:
        OPEN.pop().close()


class Stage:
    """A data directory with a lake sink over it, and the clock that drives both."""

    def __init__(self, root: Path, store: Directory | None = None, sinks: tuple[str, ...] = ("lake",)) -> None:
        self.root = root
        self.clock = SimulatedClock()
        self.spools = Spools(root / "spool", sinks, self.clock)
        OPEN.append(self.spools)
        self.sink = LakeSink(root / "lake", linger=1.0, clock=self.clock, store=store)

    def run(self, seconds: float) -> None:
        end = self.clock.monotonic() + seconds
        while self.clock.monotonic() <= end:
            self.sink.step(self.spools.refresh(), flushing=False)
            self.clock.advance(0.25)


def stored(root: Path, stream: str = "events") -> Counter[str]:
    found: Counter[str] = Counter()
    for path in (root / "lake" / stream).rglob("*.gz"):
        for text in gzip.decompress(path.read_bytes()).splitlines():
            document = json.loads(text)
            found[document["event"]["event_id"] if stream == "events" else document["event_id"]] += 1
    return found


def test_every_block_of_every_spool_arrives_once_and_leaves_the_spool(tmp_path: Path) -> None:
    for worker in range(3):
        SpoolMaker(tmp_path, f"worker-{worker}").append(
            *([line(worker * 100 + block * 10 + number) for number in range(10)] for block in range(4))
        )
    stage = Stage(tmp_path)

    stage.run(3.0)

    assert stored(tmp_path) == Counter(
        {event_id(worker * 100 + number): 1 for worker in range(3) for number in range(40)}
    )
    counts = ledger.read(tmp_path)
    assert counts.total("accepted") == counts.total("delivered") == 120
    assert ledger.waiting(tmp_path) == 0


def test_files_lie_where_firehose_would_put_them(tmp_path: Path) -> None:
    SpoolMaker(tmp_path).append([line(1)])
    SpoolMaker(tmp_path).append([rejected_line(2, {"event_id": event_id(2)})], stream="rejected")

    Stage(tmp_path).run(2.0)

    paths = sorted(path.relative_to(tmp_path / "lake").as_posix() for path in (tmp_path / "lake").rglob("*.gz"))
    uuid = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"
    assert re.fullmatch(rf"events/2026/11/20/12/game-events-1-2026-11-20-12-00-0\d-{uuid}\.gz", paths[0])
    assert re.fullmatch(rf"rejected/2026/11/20/12/game-events-rejected-1-2026-11-20-12-00-0\d-{uuid}\.gz", paths[1])


def test_the_oldest_event_waits_no_longer_than_the_linger(tmp_path: Path) -> None:
    SpoolMaker(tmp_path).append([line(1)])
    stage = Stage(tmp_path)

    stage.run(0.75)
    assert stored(tmp_path) == Counter()
    stage.run(0.5)
    assert stored(tmp_path) == Counter({event_id(1): 1})


def test_a_full_buffer_does_not_wait(tmp_path: Path) -> None:
    SpoolMaker(tmp_path).append(*([line(number)] for number in range(10)))
    stage = Stage(tmp_path)
    stage.sink = LakeSink(tmp_path / "lake", linger=60.0, file_bytes=len(line(0)) * 4, clock=stage.clock)

    stage.run(0.5)

    assert len(list((tmp_path / "lake").rglob("*.gz"))) == 2
    assert sum(stored(tmp_path).values()) == 8  # the last two may still find company


class Broken(Directory):
    """Fails once, before or after the rename: the two sides of the moment that counts."""

    def __init__(self, root: Path, when: str) -> None:
        super().__init__(root)
        self.when: str | None = when

    def write(self, path: str, data: bytes) -> None:
        if self.when == "before":
            self.when = None
            partial = temporary(self.root / path)
            partial.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(data[: len(data) // 2])
            raise OSError(28, "No space left on device")
        super().write(path, data)
        if self.when == "after":
            self.when = None
            raise OSError(5, "Input/output error")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("restarted", [False, True])
def test_a_failed_write_neither_loses_nor_doubles(tmp_path: Path, when: str, restarted: bool) -> None:
    SpoolMaker(tmp_path).append([line(number) for number in range(5)])
    broken = Broken(tmp_path / "lake", when)
    stage = Stage(tmp_path, broken)
    stage.run(1.25)
    assert broken.when is None, "the fault did not happen"

    (Stage(tmp_path) if restarted else stage).run(60.0)

    assert stored(tmp_path) == Counter({event_id(number): 1 for number in range(5)})
    assert ledger.read(tmp_path).total("delivered") == 5
    assert not list((tmp_path / "lake").rglob("*.tmp"))


def test_two_sinks_each_have_their_own_progress(tmp_path: Path) -> None:
    SpoolMaker(tmp_path).append([line(1)], [line(2)])
    stage = Stage(tmp_path, sinks=("lake", "firehose"))
    stage.run(2.0)

    assert sum(stored(tmp_path).values()) == 2
    assert ledger.waiting(tmp_path) == 2, "the other sink does not have them yet"
    (spool,) = stage.spools.refresh()
    blocks = spool.read("firehose", "events", max_bytes=10**6)
    spool.settle("firehose", [Settled(block) for block in blocks])

    stage.run(3.0)
    assert sum(stored(tmp_path).values()) == 2
    counts = ledger.read(tmp_path)
    assert (counts.total("delivered"), ledger.waiting(tmp_path)) == (2, 0)


def test_a_sink_that_is_no_longer_configured_holds_nothing_back(tmp_path: Path) -> None:
    SpoolMaker(tmp_path).append([line(1)], [line(2)])
    Stage(tmp_path, sinks=("lake", "firehose")).run(2.0)

    Stage(tmp_path).run(2.0)

    assert stored(tmp_path) == Counter({event_id(1): 1, event_id(2): 1})
    assert ledger.read(tmp_path).total("delivered") == 2
    assert ledger.waiting(tmp_path) == 0


def test_confirming_twice_counts_once(tmp_path: Path) -> None:
    SpoolMaker(tmp_path).append([line(1), line(2)])
    (spool,) = Stage(tmp_path, sinks=("firehose",)).spools.refresh()
    block: Block = spool.read("firehose", "events", max_bytes=10**6)[0]

    spool.settle("firehose", [Settled(block)])
    spool.settle("firehose", [Settled(block)])

    assert ledger.read(tmp_path).total("delivered") == 2


def test_the_manifest_lists_each_file_with_its_digest_and_counts(tmp_path: Path) -> None:
    maker = SpoolMaker(tmp_path)
    maker.append([line(1), line(2, game="chess")])
    Stage(tmp_path).run(2.0)

    with closing(sqlite3.connect(maker.path)) as db:
        rows = db.execute("SELECT path, events, bytes, counts FROM lake_files").fetchall()
    (path,) = (tmp_path / "lake").rglob("*.gz")
    assert [(row[0], row[1], row[2]) for row in rows] == [
        (path.relative_to(tmp_path / "lake").as_posix(), 2, path.stat().st_size)
    ]
    assert json.loads(rows[0][3]) == [
        ["chess", "install", "1-0-0", "2026-11-20T12", 1],
        ["puzzle-quest", "install", "1-0-0", "2026-11-20T12", 1],
    ]


def test_a_lake_whose_mount_is_gone_is_not_written_underneath(tmp_path: Path) -> None:
    mounted, away = tmp_path / "lake", tmp_path / "away"
    store = Directory(mounted, tmp_path / "delivery" / "lake.marker")
    store.write("events/a.gz", b"one")
    mounted.rename(away)
    mounted.mkdir()  # what is under a mount

    for asked in (lambda: store.write("events/b.gz", b"two"), lambda: store.stands("events/a.gz")):
        with pytest.raises(OSError, match=r"no marker.*not mounted.*remove .*lake.marker"):
            asked()
    assert list(mounted.iterdir()) == []

    mounted.rmdir()
    away.rename(mounted)
    store.write("events/b.gz", b"two")
    assert store.stands("events/a.gz")
    assert store.stands("events/b.gz")


def test_another_lake_is_not_taken_for_this_one(tmp_path: Path) -> None:
    Directory(tmp_path / "lake", tmp_path / "known").write("events/a.gz", b"one")
    Directory(tmp_path / "other", tmp_path / "other-known").write("events/a.gz", b"one")

    with pytest.raises(OSError, match="another lake's marker"):
        Directory(tmp_path / "other", tmp_path / "known").write("events/b.gz", b"two")


def test_at_level_debug_the_log_says_which_requests_a_file_brings(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lines = [rejected_line(number, "no JSON") for number in (1, 2, 2)]
    SpoolMaker(tmp_path).append(lines, stream="rejected")
    with caplog.at_level("DEBUG", "game_events_api"):
        Stage(tmp_path).run(3.0)
    (told,) = [vars(record) for record in caplog.records if record.message == "delivered"]
    assert (told["sink"], told["events"]) == ("lake", 3)
    assert (tmp_path / "lake" / told["file"]).exists()
    assert told["correlation_ids"] == ["r-1", "r-2"]
