"""Long work is done in portions: between two of them the loop serves others, and owners alternate."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from game_events_api.edge.long_work import LongWork, Work, at_once
from unit.api.edge.played_edge import encoded, event, make_edge, play


class Clock:
    """A second passes with every look."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        self.seconds += 1.0
        return self.seconds


def steps(name: str, number: int, done: list[str]) -> Work:
    for _ in range(number):
        done.append(name)
        yield
    done.append(f"{name}!")


def test_the_loop_comes_round_between_two_long_work() -> None:
    done: list[str] = []

    async def scenario() -> None:
        work = LongWork(Clock(), seconds=2.5)
        work.add("a", steps("a", 6, done))
        while "a!" not in done:
            done.append("|")
            await asyncio.sleep(0)

    play(scenario)
    parts = "".join(done).split("|")
    assert max(part.count("a") for part in parts) <= 3
    assert sum(part.count("a") for part in parts) == 7


def test_owners_take_long_work_however_much_one_of_them_has_to_do() -> None:
    done: list[str] = []

    async def scenario() -> None:
        work = LongWork(Clock(), seconds=2.5)
        for _ in range(20):
            work.add("much", steps("m", 5, done))
        work.add("little", steps("l", 1, done))
        while "l!" not in done:
            await asyncio.sleep(0)

    play(scenario)
    assert done.count("m") <= 10


def test_work_that_adds_work_is_all_done() -> None:
    done: list[str] = []
    work = LongWork(Clock(), seconds=1.5)

    def adding() -> Work:
        work.add("a", steps("inner", 1, done))
        yield
        work.add("b", steps("other", 1, done))

    async def scenario() -> None:
        work.add("a", adding())
        while len(done) < 4:
            await asyncio.sleep(0)

    play(scenario)
    assert sorted(done) == ["inner", "inner!", "other", "other!"]


def test_all_at_once_gives_the_result() -> None:
    def work() -> Iterator[None]:
        yield
        return 7  # type: ignore[return-value]

    assert at_once(work()) == 7  # type: ignore[arg-type]


def test_a_short_event_is_answered_while_a_long_batch_is_judged(tmp_path: Path) -> None:
    edge = make_edge(tmp_path)
    edge.collector._long_work = LongWork(Clock(), seconds=2.5)
    answered: list[str] = []

    async def send(name: str, body: bytes, path: str) -> None:
        status, _ = await edge.post(body, path)
        answered.append(f"{name} {status}")

    async def scenario() -> None:
        batch = encoded({"events": [event(properties={"k": "x" * 200}) for _ in range(500)]})
        await asyncio.gather(
            send("batch", batch, "/v1/events/batch"), send("event", encoded(event()), "/v1/events/install")
        )

    play(scenario)
    assert answered == ["event 202", "batch 202"]
    assert len(edge.spool.lines()) == 501
