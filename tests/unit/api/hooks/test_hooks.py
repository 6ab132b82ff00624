"""What hooks do to an event on its way, and what they can never do to it."""

import asyncio
import json
import math
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from game_events_api.hooks import Hooks, load_all
from game_events_api.hooks.loading import Hook
from game_events_api.hooks.observing import Observers
from game_events_api.spool import Chunk
from game_events_models import EVENTS, contract
from unit.api.edge.played_edge import Edge, encoded, event, make_edge, play, turn

BATCH = "/v1/events/batch"


def hook(call: Callable[[Any], object], event_type: str = "install", name: str = "studio:hook") -> Hook:
    return Hook(name, call, {event_type: list(EVENTS[event_type].values())})


def enriched(tmp_path: Path, *calls: Callable[[Any], object], seconds: float = 30.0, threads: int = 1) -> Edge:
    hooks = Hooks([hook(call) for call in calls], [], seconds=seconds, threads=threads)
    edge = make_edge(tmp_path, hooks=hooks)
    hooks.watch(edge.metrics)
    return edge


def counted(edge: Edge, what: str) -> int:
    return int(edge.metrics.snapshot().counters[f"game_events_hook_{what}",])


@pytest.fixture
def never() -> Iterator[threading.Event]:
    """Set at the end of the test only, so that no thread stays behind."""
    until = threading.Event()
    yield until
    until.set()


def test_fields_of_hooks_stand_beside_the_event_and_change_nothing_of_it(tmp_path: Path) -> None:
    names, _ = load_all([f"unit.api.hooks.studio:{name}" for name in ("size", "anything")], [])
    edge = make_edge(tmp_path, hooks=Hooks(names, [], seconds=30.0, threads=2))
    sent = event(schema_version=contract.versions()["install"][-1], platform="android")

    async def scenario() -> None:
        assert (await edge.post(encoded(sent)))[1]["status"] == "accepted"
        assert (await edge.post(encoded(sent)))[1]["status"] == "duplicate"

    play(scenario)
    (line,) = edge.spool.lines()
    assert line["event"] == sent
    assert line["enrichment"]["source_length"] == len("organic")
    assert list(line)[-2:] == ["event", "enrichment"]


def test_the_fingerprint_is_that_of_the_event_without_its_enrichment(tmp_path: Path) -> None:
    sent = event()
    plain, rich = make_edge(tmp_path / "plain"), enriched(tmp_path / "rich", lambda _: {"segment": "whale"})

    async def scenario() -> None:
        for edge in (plain, rich):
            assert (await edge.post(encoded(sent)))[0] == 202

    play(scenario)
    (without,), (with_fields,) = plain.spool.lines(), rich.spool.lines()
    assert with_fields.pop("enrichment") == {"segment": "whale"}
    assert {**with_fields, "correlation_id": "", "key_id": ""} == {**without, "correlation_id": "", "key_id": ""}


def raises(error: BaseException) -> Callable[[Any], object]:
    def call(_: Any) -> object:
        raise error

    return call


@pytest.mark.parametrize(
    "call",
    [
        raises(ValueError("player-1 bought it")),
        raises(SystemExit(1)),
        raises(RecursionError()),
        lambda _: "no mapping",
        lambda _: [("a", 1)],
        lambda _: {"much": "x" * 20_000},
        lambda _: {"a": object()},
        lambda _: {object(): 1},
        lambda _: {"a": "\ud800"},
        lambda _: {"a": 1 << 19_999},
        lambda _: {"a": json.loads("[" * 40 + "]" * 40)},
        lambda event: setattr(event, "user_id", "somebody else"),
    ],
)
def test_a_failing_hook_costs_no_event_is_counted_and_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, call: Callable[[Any], object]
) -> None:
    edge = enriched(tmp_path, call, lambda _: {"kept": math.pi})

    async def scenario() -> None:
        for _ in range(3):
            assert (await edge.post(encoded(event())))[0] == 202

    play(scenario)
    assert [line["enrichment"] for line in edge.spool.lines()] == [{"kept": math.pi}] * 3
    assert counted(edge, "failures") == 3
    (said,) = [message for message in caplog.messages if "studio:hook" in message]
    assert "player-1" not in said


def test_a_hook_that_does_not_return_costs_no_event_and_once_it_is_known_no_time(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, never: threading.Event
) -> None:
    edge = enriched(tmp_path, lambda _: never.wait(), seconds=0.05)

    async def scenario() -> None:
        first = asyncio.create_task(edge.post(encoded(event())))
        await turn()
        assert not first.done()
        other = await edge.post(encoded({**event(), "event_type": "refund"}), "/v1/events/refund")
        assert other[0] == 422, "judged meanwhile: the loop waits for nobody"
        assert not first.done()
        assert (await first)[1]["status"] == "accepted"
        second = asyncio.create_task(edge.post(encoded(event())))
        await turn()
        assert second.done(), "the only thread is overdue: nobody waits for it again"

    play(scenario)
    assert ["enrichment" in line for line in edge.spool.lines()] == [False, False]
    assert counted(edge, "late") == 2
    said = [message for message in caplog.messages if "was not done after 0.05 s" in message]
    assert [line.split()[1] for line in said] == ["studio:hook", "of"], "once of the hook, once of threads that hang"


def test_of_an_event_what_other_hooks_gave_in_time_is_kept(tmp_path: Path, never: threading.Event) -> None:
    edge = enriched(tmp_path, lambda _: {"quick": 1}, lambda _: never.wait(), seconds=0.1)

    async def scenario() -> None:
        assert (await edge.post(encoded(event())))[0] == 202

    play(scenario)
    assert [line["enrichment"] for line in edge.spool.lines()] == [{"quick": 1}]
    assert counted(edge, "late") == 1


def test_a_hook_that_returns_late_is_asked_again(tmp_path: Path) -> None:
    go = threading.Event()

    def waits(_: Any) -> dict[str, object]:
        go.wait()
        return {"fields": "at last"}

    edge = enriched(tmp_path, waits, seconds=0.05)

    async def scenario() -> None:
        await edge.post(encoded(event()))
        go.set()
        while edge.collector._hooks._enrichment._overdue:  # type: ignore[union-attr]
            await asyncio.sleep(0.001)
        await edge.post(encoded(event()))

    play(scenario)
    assert [line.get("enrichment") for line in edge.spool.lines()] == [None, {"fields": "at last"}]


def test_of_a_batch_what_was_enriched_in_time_is_kept(tmp_path: Path, never: threading.Event) -> None:
    calls = []

    def once(one: Any) -> dict[str, object]:
        calls.append(one.event_id)
        if len(calls) > 1:
            never.wait()
        return {"first": True}

    edge = enriched(tmp_path, once, seconds=0.1)
    sent = [event(), event(platform="toaster"), event()]

    async def scenario() -> None:
        _, receipt = await edge.post(encoded({"events": sent}), BATCH)
        assert [result["status"] for result in receipt["results"]] == ["accepted", "rejected", "accepted"]

    play(scenario)
    assert [line.get("enrichment") for line in edge.spool.lines()] == [{"first": True}, None]
    assert [line["event"]["event_id"] for line in edge.spool.lines()] == [sent[0]["event_id"], sent[2]["event_id"]]
    assert calls == [sent[0]["event_id"], sent[2]["event_id"]], "what is rejected no hook is asked about"


def test_validation_asks_no_hook(tmp_path: Path) -> None:
    calls: list[Any] = []
    edge = enriched(tmp_path, calls.append)

    async def scenario() -> None:
        assert (await edge.post(encoded(event()), "/v1/validate"))[1]["valid"]
        assert (await edge.post(b"{", "/v1/events/install"))[0] == 400

    play(scenario)
    assert calls == []


def test_observers_are_told_what_was_accepted_after_its_commit(tmp_path: Path) -> None:
    told: list[str] = []
    heard = threading.Event()

    def observe(one: Any) -> None:
        told.append(one.event_id)
        heard.set()
        raise ValueError("a failure of an observer matters to nobody")

    edge = make_edge(tmp_path, hooks=Hooks([], [hook(observe)], seconds=1.0, threads=1))
    edge.spool.automatic = False
    lost, kept = event(), event()

    async def scenario() -> None:
        for sent, settle in ((lost, edge.spool.fail), (kept, edge.spool.commit), (kept, edge.spool.commit)):
            answered = asyncio.create_task(edge.post(encoded(sent)))
            await turn()
            assert told == ([] if sent is lost or not heard.is_set() else [kept["event_id"]])
            settle()
            await answered
            if sent is kept:
                await asyncio.to_thread(heard.wait)

    play(scenario)
    assert told == [kept["event_id"]]


def test_observers_that_do_not_keep_up_miss_events_and_hold_up_nobody(never: threading.Event) -> None:
    from game_events_api.hooks.calling import Complaints

    complaints = Complaints()
    observers = Observers([hook(lambda _: never.wait())], complaints, max_bytes=2_000)
    line = encoded({"event": contract.schema("install", "1-0-0")["examples"][0]}) + b"\n"

    for _ in range(50):
        observers.tell([Chunk(line, 1, {})])

    assert complaints.counts["untold"] >= 50 - 2_000 // len(line) - 1
