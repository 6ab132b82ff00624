"""What goes in the background, played against servers that do anything: every event is in one place, and counted."""

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from game_events.disk import DiskQueue
from game_events.encoding import Encoded
from game_events.outbox import Bounds, Dropped, Outbox, Stats
from game_events.retry import Circuit
from game_events.sending import MAX_BYTES, Wait
from game_events.waiting import MemoryQueue, Waiting
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.sdk.fake_server import problem
from unit.sdk.faulty_network import NOW, SCHEDULES, Network, encoded

EPOCH = 1_700_000_000.0
"""The Unix time at which a test's clock is 0."""


def an_outbox(waiting: Waiting | None = None, bounds: Bounds | None = None) -> Outbox:
    return Outbox(waiting or MemoryQueue(), bounds or Bounds(), Circuit(), 15.0, random.Random(1).uniform)


class Play:
    """One client's life: events come in while others go, and each is followed to where it ends."""

    def __init__(self, seed: int, directory: Path | None) -> None:
        self.network = Network(seed, most=random.Random(seed).choice((1, 3, 500)))
        self.random = self.network.random
        self.bounds = Bounds(events=self.random.choice((3, 20, 1_000)), size=20_000, age=self.random.choice((5, 1e9)))
        self.directory = directory
        self.now = 0.0
        self.offered = 0
        self.told: dict[str, str] = {}
        self.outbox = self.begin()

    def begin(self) -> Outbox:
        waiting: Waiting = MemoryQueue()
        if self.directory is not None:
            waiting = DiskQueue(self.directory, "http://e", EPOCH, full=False)
        return Outbox(waiting, self.bounds, Circuit(), 15.0, self.random.uniform)

    def offer(self) -> None:
        name = f"{self.offered:036}"
        self.offered += 1
        big = self.random.random() < 0.02
        self.tell_dropped([self.outbox.put(encoded(name, MAX_BYTES if big else 0), self.now)])

    def tell_dropped(self, dropped: list[Dropped | None] | list[Dropped]) -> None:
        for one in dropped:
            if one is not None:
                self.end(str(one.event_id), one.reason)

    def end(self, event_id: str, how: str) -> None:
        assert event_id not in self.told, "told twice"
        self.told[event_id] = how

    def turn(self) -> None:
        self.tell_dropped(self.outbox.expire(self.now))
        step = self.outbox.next(self.now)
        if step is None or isinstance(step, Wait):
            self.now += step.seconds if step else 1.0
            return
        under_way = [item.event_id for item in self.outbox._under_way]
        self.now += self.random.uniform(0, 4.0)
        try:
            answer = self.network.post(step)
        except httpx.RequestError as error:
            self.outbox.unanswered(error, "http://e", self.now)
            return
        for result, event_id in zip(self.outbox.answered(answer, self.now, NOW) or (), under_way, strict=False):
            assert result.event_id == event_id, "a receipt for another's event"
            if result.status != "rejected":
                assert event_id in self.network.taken, "a receipt for what the server never had"
            self.end(str(event_id), result.status)

    def kill(self) -> None:
        """The process is gone without a word; another one begins where it left the disk."""
        for end in (self.outbox._waiting._file,):  # type: ignore[attr-defined]
            end.close()
        self.outbox = self.begin()
        while self.outbox.adopt(self.now):
            pass


@pytest.mark.parametrize("number", range(10))
def test_every_event_ends_in_one_place_and_is_counted_there(number: int) -> None:
    ends: set[str] = set()
    for seed in range(number, SCHEDULES, 10):
        play = Play(seed, None)
        for _ in range(play.random.randint(1, 60)):
            play.offer() if play.random.random() < 0.6 else play.turn()
            stats = play.outbox.stats(play.now)
            assert stats.offered == play.offered, f"seed {seed}"
        play.tell_dropped(play.outbox.close())
        stats = play.outbox.stats(play.now)
        assert stats.queued == 0
        assert len(play.told) == play.offered == stats.offered, f"seed {seed}"
        counted = {"accepted": stats.delivered, "duplicate": stats.duplicate, "rejected": stats.rejected}
        ways = {way: how_many for way, how_many in {**counted, **stats.dropped}.items() if how_many}
        assert ways == {way: list(play.told.values()).count(way) for way in set(play.told.values())}, f"seed {seed}"
        ends |= ways.keys()
    assert ends == {"accepted", "duplicate", "rejected", "queue-full", "too-large", "expired", "closed"}


@pytest.mark.parametrize("number", range(4))
def test_what_is_on_disk_outlives_its_process(number: int, tmp_path: Path) -> None:
    for seed in range(number, 80, 4):
        live_with_disk(seed, tmp_path / str(seed))


@pytest.mark.long
@pytest.mark.parametrize("number", range(20))
def test_what_is_on_disk_outlives_its_process_over_many_lives(number: int, tmp_path: Path) -> None:
    for seed in range(number, SCHEDULES, 20):
        live_with_disk(seed, tmp_path / str(seed))


def live_with_disk(seed: int, directory: Path) -> None:
    """Events, kills and faults by seed: nothing is lost, and nothing told twice."""
    play = Play(seed, directory)
    for _ in range(play.random.randint(1, 40)):
        what = play.random.random()
        play.offer() if what < 0.55 else play.kill() if what < 0.65 else play.turn()
    play.network.faults, play.network.most = 0.0, 500
    play.kill()
    while play.outbox.left:
        play.turn()
    assert len(play.told) == play.offered, f"seed {seed}: lost {play.offered - len(play.told)}"
    play.outbox.close()


@settings(max_examples=40)
@given(sizes=st.lists(st.integers(0, 1_000), min_size=1, max_size=20), data=st.data())
def test_both_lines_are_the_same_line(sizes: list[int], data: st.DataObject, tmp_path_factory: object) -> None:
    directory = tmp_path_factory.mktemp("spool")  # type: ignore[attr-defined]
    memory = MemoryQueue()
    with closing(DiskQueue(directory, "http://e", EPOCH, full=False)) as disk:
        for number, size in enumerate(sizes):
            for line in (memory, disk):
                line.append(encoded(str(number), size), float(number))
            if data.draw(st.booleans()):
                events, most = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 5_000))
                items = memory.first(events, most)
                assert list(disk.first(events, most)) == list(items)
                done = items[: data.draw(st.integers(1, len(items)))]
                for line in (memory, disk):
                    line.remove(done)
            assert (memory.queued, memory.size, memory.oldest()) == (disk.spooled, disk.size, disk.oldest())


def test_memory_has_nothing_of_other_processes() -> None:
    assert an_outbox().adopt(0.0) == 0


def test_events_wait_for_company_but_not_for_long() -> None:
    outbox = an_outbox(bounds=Bounds(company=3, seconds=1.0))
    assert outbox.due_in(0.0) is None
    outbox.put(encoded("a"), 0.0)
    assert outbox.due_in(0.0) == 1.0
    assert outbox.due_in(0.0, alone=True) == 0.0
    outbox.put(encoded("b"), 0.5)
    assert outbox.due_in(0.5) == 0.5
    outbox.put(encoded("c"), 0.5)
    assert outbox.due_in(0.5) == 0.0


def test_one_event_that_something_refuses_does_not_hold_the_others_up() -> None:
    outbox, stored, now = an_outbox(), list[str](), 0.0
    for number in range(100):
        outbox.put(encoded(f"{number:036}"), now)
    requests = 0
    while outbox.left:
        step = outbox.next(now, alone=True)
        assert step is not None
        if isinstance(step, Wait):
            now += step.seconds
            continue
        requests += 1
        names = [str(item.event_id) for item in outbox._under_way]
        if f"{37:036}" in names:
            answer = problem(413 if requests % 2 else 422)
        else:
            stored += names
            results = [{"event_id": name, "status": "accepted"} for name in names]
            about = {"received_at": "2026-11-21T12:00:00.000001Z", "correlation_id": "c-1"}
            counts = {"accepted": len(names), "duplicate": 0, "rejected": 0}
            answer = httpx.Response(202, json={"results": results, **counts, **about})
        outbox.answered(Network.answer(answer), now, NOW)
    assert len(stored) == 99
    assert outbox.stats(now) == Stats(delivered=99, rejected=1)
    assert requests < 40


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422, 503])
def test_what_is_no_verdict_on_the_events_leaves_them_waiting(status: int) -> None:
    outbox = an_outbox()
    outbox.put(encoded("a" * 36), 0.0)
    assert outbox.next(0.0, alone=True)
    outbox.answered(Network.answer(httpx.Response(status, text="<html>")), 0.0, NOW)
    assert (outbox.left, str(outbox.failure) != "") == (1, True)


def test_haste_overrides_a_pause_but_not_the_server() -> None:
    outbox = an_outbox()
    outbox.put(encoded("a" * 36), 0.0)
    for _ in range(9):
        outbox.hurry(0.0)
        outbox.next(0.0, alone=True)
        outbox.unanswered(httpx.ConnectError("refused"), "http://e", 0.0)
    outbox.hurry(0.0)
    assert outbox.due_in(0.0) == 0.0
    outbox.next(0.0)
    outbox.answered(Network.answer(problem(429, {"Retry-After": "30"})), 0.0, NOW)
    outbox.hurry(0.0)
    assert outbox.due_in(0.0) == 30.0


@pytest.fixture
def line(tmp_path: Path) -> Iterator[DiskQueue]:
    with closing(DiskQueue(tmp_path, "http://e", EPOCH, full=False)) as line:
        yield line


def test_a_file_that_cannot_be_read_is_kept_aside_and_counted(line: DiskQueue, tmp_path: Path) -> None:
    outbox = an_outbox(line)
    outbox.put(encoded("a" * 36), 0.0)
    line._file.execute("delete from events")
    assert line.first(10, MAX_BYTES) == []
    assert outbox.stats(0.0).dropped == {"damaged": 1}
    outbox.put(encoded("b" * 36), 0.0)
    assert (outbox.stats(0.0).spooled, outbox.stats(0.0).offered) == (1, 2)
    assert len(list(tmp_path.glob("*.damaged"))) == 1


@pytest.mark.parametrize("content", [b"", b"no database at all", b"SQLite format 3\0" + b"\0" * 4_000])
def test_what_another_process_left_broken_is_kept_aside(line: DiskQueue, content: bytes, tmp_path: Path) -> None:
    left = tmp_path / f"{line._prefix}left.db"
    left.write_bytes(content)
    assert line.adopt(0.0) == 0
    assert not left.exists()
    assert len(list(tmp_path.glob("*.damaged"))) == bool(content)


def test_while_the_disk_cannot_be_written_events_wait_in_memory(line: DiskQueue) -> None:
    line.append(encoded("a" * 36), 0.0)
    line._file.execute("pragma query_only = on")
    line.append(encoded("b" * 36), 1.0)
    assert (line.spooled, line.queued) == (1, 1)
    line._file.execute("pragma query_only = off")
    line.append(encoded("c" * 36), 2.0)
    names = []
    while items := line.first(1, MAX_BYTES):
        names.append(str(items[0].event_id)[0])
        line.remove(items)
    assert names == ["a", "c", "b"]


def test_files_are_this_users_and_a_server_and_game_has_its_own(tmp_path: Path) -> None:
    line = DiskQueue(tmp_path / "spool", "http://e", EPOCH, full=True)
    line.append(Encoded({}, "install", "a" * 36, b"{}"), 0.0)
    for path in [tmp_path / "spool", *(tmp_path / "spool").iterdir()]:
        assert path.stat().st_mode & 0o077 == 0
    line._file.close()
    for server, adopted in (("http://other", 0), ("http://e", 1)):
        with closing(DiskQueue(tmp_path / "spool", server, EPOCH, full=False)) as another:
            assert another.adopt(0.0) == adopted
