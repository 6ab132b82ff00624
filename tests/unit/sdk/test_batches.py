"""Batches of any length by both clients."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from game_events import (
    AuthenticationError,
    EventRejectedError,
    InstallEvent,
    InvalidBatchError,
    TryAgainLaterError,
    UnexpectedAnswerError,
)
from game_events.sending import MAX_BYTES
from unit.sdk.fake_server import INSTALL, KINDS, FakeServer, Kind, body, problem, receipt

pytestmark = pytest.mark.parametrize("kind", KINDS)


def installs(number: int) -> list[InstallEvent]:
    return [InstallEvent(**INSTALL) for _ in range(number)]


def ids(events: list[InstallEvent]) -> list[str]:
    return [event.event_id for event in events]


def test_any_iterable_of_any_length_goes_in_requests_of_500(kind: Kind) -> None:
    server, events = FakeServer(), installs(1_201)

    def one_by_one() -> Iterator[InstallEvent]:
        yield from events

    got = server.call(kind, lambda client: client.send_events_batch(one_by_one()))

    assert [len(sent["events"]) for sent in server.bodies] == [500, 500, 201]
    assert [result.event_id for result in got.results] == ids(events)
    assert (got.accepted, got.duplicate, got.rejected) == (1_201, 0, 0)
    assert bool(got)


def test_large_events_go_in_requests_that_the_server_takes(kind: Kind) -> None:
    server = FakeServer()
    events = [{"event_type": "install", "event_id": str(number), "note": "x" * 60_000} for number in range(40)]

    server.call(kind, lambda client: client.send_events_batch(events))

    assert len(server.requests) == 3
    assert all(len(str(sent)) < MAX_BYTES + 10_000 for sent in server.bodies)
    assert all(len(request.content) < 100_000 for request in server.requests)  # compressed


def at_most(events: int) -> Any:
    def answer(request: httpx.Request) -> httpx.Response:
        return receipt(request) if len(body(request)["events"]) <= events else problem(413)

    return answer


def test_what_the_server_finds_too_large_is_halved(kind: Kind) -> None:
    server, events = FakeServer(always=at_most(3)), installs(20)
    got = server.call(kind, lambda client: client.send_events_batch(events))
    assert [result.event_id for result in got.results] == ids(events)
    assert server.waits == []


def test_an_event_that_is_too_large_by_itself_does_not_hold_the_others_up(kind: Kind) -> None:
    events = installs(5)

    def answer(request: httpx.Request) -> httpx.Response:
        sent = [event["event_id"] for event in body(request)["events"]]
        return httpx.Response(413, text="too large") if events[3].event_id in sent else receipt(request)

    got = FakeServer(always=answer).call(kind, lambda client: client.send_events_batch(events))

    assert [result.status for result in got.results] == ["accepted", "accepted", "accepted", "rejected", "accepted"]
    assert got.results[3].errors[0].rule == "too-large"
    assert not got


def test_a_batch_that_fails_midway_says_what_is_left_and_what_was_taken(kind: Kind) -> None:
    events = installs(1_001)
    server = FakeServer([receipt, receipt], always=problem(401))

    with pytest.raises(AuthenticationError) as caught:
        server.call(kind, lambda client: client.send_events_batch(events))

    assert caught.value.event_ids == ids(events)[1_000:]
    assert caught.value.receipt is not None
    assert caught.value.receipt.accepted == 1_000


def test_a_batch_is_retried_as_a_whole(kind: Kind) -> None:
    server, events = FakeServer(always=problem(503)), installs(3)
    with pytest.raises(TryAgainLaterError) as caught:
        server.call(kind, lambda client: client.send_events_batch(events), max_attempts=3)
    assert len({request.content for request in server.requests}) == 1
    assert caught.value.event_ids == ids(events)


def test_a_batch_that_is_refused_as_a_whole_is_not_sent_again(kind: Kind) -> None:
    server = FakeServer(always=problem(422))
    with pytest.raises(EventRejectedError):
        server.call(kind, lambda client: client.send_events_batch(installs(2)))
    assert len(server.requests) == 1


@pytest.mark.parametrize("change", ["short", "long", "another id", "another order", "counts", "no receipt"])
def test_a_receipt_that_does_not_add_up_is_not_believed(kind: Kind, change: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        document = receipt(request).json()
        results = document["results"]
        if change == "short":
            del results[0]
            document["accepted"] = 1
        elif change == "long":
            results.append(results[0])
        elif change == "another id":
            results[0]["event_id"] = None
        elif change == "another order":
            results.reverse()
        elif change == "counts":
            document |= {"accepted": 1, "rejected": 7}
        else:
            document = {"accepted": 2}
        return httpx.Response(202, json=document)

    events = installs(2)
    assert FakeServer([answer]).call(kind, lambda client: client.send_events_batch(events)).accepted == 2
    with pytest.raises(UnexpectedAnswerError) as caught:
        FakeServer(always=answer).call(kind, lambda client: client.send_events_batch(events))
    assert caught.value.event_ids == ids(events)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([], "at least one event"),
        (None, "not None"),
        (7, "not int"),
        (InstallEvent(**INSTALL), "send it with send_event"),
        ({"event_type": "install"}, "send it with send_event"),
    ],
)
def test_what_is_no_list_of_events_is_refused_before_sending(kind: Kind, given: object, says: str) -> None:
    server = FakeServer()
    with pytest.raises(InvalidBatchError, match=says):
        server.call(kind, lambda client: client.send_events_batch(given))
    assert server.requests == []


def test_large_bodies_are_compressed(kind: Kind) -> None:
    server = FakeServer()
    server.call(kind, lambda client: client.send_events_batch(installs(50)))
    (request,) = server.requests
    assert request.headers["Content-Encoding"] == "gzip"
    assert len(request.content) < len(str(body(request))) / 3
