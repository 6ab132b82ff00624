"""What a store does to the sink that writes files into it."""

import random
from pathlib import Path

import pytest
from game_events_api import ledger
from game_events_api.delivery.file_sink import RETRY_CAP_S, TURN_SECONDS, FileSink, object_key
from game_events_api.delivery.spools import Spools
from unit.api.delivery.simulation import SimulatedClock
from unit.api.delivery.spool_maker import NOON, SpoolMaker, line, rejected_line


class Slow:
    """Takes its time, and fails while it is told to."""

    def __init__(self, clock: SimulatedClock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self.down = False
        self.files: dict[str, bytes] = {}

    def write(self, path: str, data: bytes) -> None:
        self._clock.advance(self._seconds)
        if self.down:
            raise OSError(110, "timed out")
        self.files[path] = data

    def stands(self, path: str) -> bool:
        self._clock.advance(self._seconds)
        if self.down:
            raise OSError(110, "timed out")
        return path in self.files


class Stage:
    def __init__(self, root: Path, seconds: float, request: pytest.FixtureRequest) -> None:
        self.clock = SimulatedClock()
        self.store = Slow(self.clock, seconds)
        self.sink = FileSink("slow", self.store, linger=0.0, file_bytes=1, clock=self.clock, rng=random.Random(1))
        self._spools = Spools(root / "spool", ("slow",), self.clock)
        request.addfinalizer(self._spools.close)

    def left(self) -> list[list[int]]:
        """Blocks of each spool file that wait."""
        return [
            [block.id for block in spool.read("slow", "events", max_bytes=10**9)] for spool in self._spools.refresh()
        ]

    def step(self) -> float:
        return self.sink.step(self._spools.refresh(), flushing=False)


def test_no_file_is_begun_when_the_turn_is_over_and_each_spool_has_its_turn(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    for name in ("a", "b"):
        SpoolMaker(tmp_path, name).append(*([line(number)] for number in range(4)))
    stage = Stage(tmp_path, TURN_SECONDS / 2 + 0.1, request)
    began = stage.clock.now

    assert stage.step() == 0.0, "there is more to do"
    assert stage.clock.now - began <= TURN_SECONDS + 2.6, "the turn, and the file that was begun in it"
    assert len(stage.store.files) == 2
    stage.step()
    assert [len(blocks) for blocks in stage.left()] == [2, 2], "the second turn is the second file's"
    stage.step()
    stage.step()
    assert ledger.waiting(tmp_path) == 0


def test_a_store_that_hangs_leaves_the_others_as_much_time_as_it_took(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    SpoolMaker(tmp_path).append([line(1)])
    stage = Stage(tmp_path, 13.0, request)
    stage.store.down = True

    assert 13.0 <= stage.step() <= RETRY_CAP_S
    assert stage.sink.status()["last_error"] == "TimeoutError: [Errno 110] timed out"
    assert stage.sink.status()["breaker"] == "open"
    before = stage.clock.now
    stage.step()
    assert stage.clock.now == before, "it is not time yet"


def test_a_store_that_is_back_is_asked_for_the_file_and_gets_another(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    SpoolMaker(tmp_path).append([line(1)])
    stage = Stage(tmp_path, 0.1, request)
    stage.store.down = True
    stage.clock.advance(stage.step())
    stage.store.down = False
    stage.clock.advance(RETRY_CAP_S)

    stage.step()

    assert len(stage.store.files) == 1
    assert ledger.waiting(tmp_path) == 0
    assert stage.sink.status()["last_error"] is None
    assert stage.sink.status()["last_file"] in stage.store.files


@pytest.mark.parametrize(("stream", "name"), [("events", "game-events"), ("rejected", "game-events-rejected")])
def test_a_file_has_the_name_that_firehose_would_give_it(stream: str, name: str) -> None:
    assert object_key(stream, NOON.timestamp()).startswith(f"{stream}/2026/11/20/12/{name}-1-2026-11-20-12-00-00-")


def test_a_stream_with_a_backlog_leaves_the_other_its_files(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    maker = SpoolMaker(tmp_path)
    for number in range(4):
        maker.append([line(number)])
        maker.append([rejected_line(number, {"event_id": "x"})], stream="rejected")
    stage = Stage(tmp_path, TURN_SECONDS + 1, request)  # a turn is over after one file

    for _ in range(4):
        stage.step()

    assert [path.partition("/")[0] for path in stage.store.files] == ["events", "rejected"] * 2
