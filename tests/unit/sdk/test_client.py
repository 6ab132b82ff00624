"""Both clients against a scripted server: what goes out, what comes back, when they try again."""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import httpx
import pytest
from game_events import (
    AuthenticationError,
    ClientClosedError,
    EventRejectedError,
    InvalidEventError,
    PermissionDeniedError,
    RefusedError,
    ServerUnreachableError,
    TryAgainLaterError,
    UnexpectedAnswerError,
)
from unit.sdk.fake_server import FIREWALLS, INSTALL, KEY, KINDS, URL, FakeServer, Kind, ManualClock, body, problem

pytestmark = pytest.mark.parametrize("kind", KINDS)
REASONS = [{"pointer": "/price", "rule": "pattern", "message": "not an amount"}]


def install(client: Any) -> Any:
    return client.send_install_event(**INSTALL)


def test_an_event_goes_out_with_key_time_and_identity(kind: Kind) -> None:
    server = FakeServer()

    receipt = server.call(kind, install)

    (request,) = server.requests
    assert request.url == f"{URL}/v1/events/install"
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert request.headers["Sent-At"] == "2026-11-21T12:00:00Z"
    (event,) = server.bodies
    assert event == {**event, **INSTALL, "event_type": "install", "event_id": receipt.event_id}
    assert len(receipt.event_id) == 36
    assert None not in event.values()


def test_a_retry_repeats_the_event_and_stamps_a_new_time(kind: Kind) -> None:
    server = FakeServer([httpx.ConnectError("down"), httpx.ReadTimeout("slow"), problem(503)])

    assert server.call(kind, install).status == "accepted"

    assert len({request.content for request in server.requests}) == 1
    assert len({request.headers["Sent-At"] for request in server.requests}) == 4
    assert len(server.waits) == 3


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, EventRejectedError),
        (401, AuthenticationError),
        (403, PermissionDeniedError),
        (404, UnexpectedAnswerError),
        (410, EventRejectedError),
        (413, EventRejectedError),
        (422, EventRejectedError),
    ],
)
def test_a_final_refusal_is_raised_at_once_with_its_event(kind: Kind, status: int, error: type[RefusedError]) -> None:
    server = FakeServer(always=problem(status, errors=REASONS))

    with pytest.raises(error) as caught:
        server.call(kind, install)

    assert len(server.requests) == 1
    assert (caught.value.status, caught.value.correlation_id) == (status, "c-9")
    assert [reason.pointer for reason in caught.value.errors] == ["/price"]
    assert "/price: not an amount" in str(caught.value)
    assert caught.value.event_ids == [server.bodies[0]["event_id"]]


@pytest.mark.parametrize("status", [401, 403])
def test_what_a_firewall_refuses_is_no_verdict_of_the_server(kind: Kind, status: int) -> None:
    """Who drops an event for its key's sake must not do so for an address that a firewall does not like."""
    server = FakeServer(always=httpx.Response(status, headers={"Server": "awselb/2.0"}, text=FIREWALLS))
    with pytest.raises(
        UnexpectedAnswerError, match=f"^{status} from a firewall or a proxy before the server"
    ) as caught:
        server.call(kind, install)
    assert (len(server.requests), caught.value.problem) == (1, None)
    assert caught.value.event_ids == [server.bodies[0]["event_id"]]


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 529])
def test_a_passing_refusal_is_retried_and_then_raised_with_its_event(kind: Kind, status: int) -> None:
    server = FakeServer(always=problem(status))

    with pytest.raises(TryAgainLaterError) as caught:
        server.call(kind, install, max_attempts=3)

    assert len(server.requests) == 3
    (event,) = caught.value.events
    assert isinstance(event, Mapping)
    assert event == server.bodies[0]


@pytest.mark.parametrize("status", [501, 505, 511])
def test_what_will_be_said_again_is_not_asked_again(kind: Kind, status: int) -> None:
    server = FakeServer(always=httpx.Response(status, text="<html>"))
    with pytest.raises(RefusedError):
        server.call(kind, install)
    assert len(server.requests) == 1


def test_retry_after_is_a_minimum_and_one_beyond_the_calls_time_ends_it(kind: Kind) -> None:
    patient = FakeServer([problem(429, {"Retry-After": "7"})])
    patient.call(kind, install)
    assert 7 <= patient.waits[0] <= 7.2

    hopeless = FakeServer(always=problem(503, {"Retry-After": "15"}))
    with pytest.raises(TryAgainLaterError):
        hopeless.call(kind, install)
    assert hopeless.waits == []


def test_waits_are_drawn_from_zero_to_a_doubling_bound(kind: Kind) -> None:
    server = FakeServer(always=problem(500))
    drawn: list[tuple[float, float]] = []

    def uniform(low: float, high: float) -> float:
        drawn.append((low, high))
        return high

    with pytest.raises(TryAgainLaterError):
        server.call(kind, install, max_attempts=7, timeout=60, uniform=uniform)

    assert drawn == [(0.0, 0.2), (0.0, 0.4), (0.0, 0.8), (0.0, 1.6), (0.0, 3.2), (0.0, 5.0)]
    assert server.waits == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 5.0])


def test_a_server_that_starts_again_within_the_time_is_no_error(kind: Kind) -> None:
    server = FakeServer([httpx.ConnectError("connection refused")] * 6)
    assert server.call(kind, install).status == "accepted"


def test_a_call_ends_when_its_time_is_up(kind: Kind) -> None:
    server = FakeServer(always=httpx.ConnectError("connection refused"))

    with pytest.raises(ServerUnreachableError, match=rf"{URL} after \d+ attempts: connection refused") as caught:
        server.call(kind, install, timeout=4.0)

    assert server.clock.passed < 4.0
    assert caught.value.event_ids == [server.bodies[0]["event_id"]]
    assert isinstance(caught.value.__cause__, httpx.ConnectError)


def test_while_the_server_is_away_for_long_calls_fail_at_once_and_one_tries_again(kind: Kind) -> None:
    server = FakeServer(always=httpx.ConnectError("no route"))

    async def awaited(client: Any) -> None:
        for _ in range(3):
            with pytest.raises(ServerUnreachableError):
                await install(client)

    def blocked(client: Any) -> None:
        for _ in range(3):
            with pytest.raises(ServerUnreachableError):
                install(client)

    server.call(kind, blocked if kind == "blocking" else awaited)

    assert len({event["event_id"] for event in server.bodies}) == 1  # the other two were not tried


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (httpx.Response(404, text="<html>nginx</html>"), "is base_url right"),
        (httpx.Response(302, headers={"Location": "https://login.example"}), "is base_url right"),
        (httpx.Response(200, text="<h1>log in</h1>"), "is base_url right"),
    ],
)
def test_an_answer_of_somebody_else_is_explained(kind: Kind, answer: httpx.Response, says: str) -> None:
    server = FakeServer([answer])
    with pytest.raises(UnexpectedAnswerError, match=says):
        server.call(kind, install)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_proxys_own_503_is_not_blamed_on_the_address(kind: Kind, status: int) -> None:
    with pytest.raises(TryAgainLaterError) as caught:
        FakeServer(always=httpx.Response(status, text="<h1>Bad Gateway</h1>")).call(kind, install)
    assert "base_url" not in str(caught.value)


def foreign(request: httpx.Request) -> httpx.Response:
    sent = body(request)
    about = {"received_at": "2026-11-21T12:00:00Z", "correlation_id": "c-2"}
    if "events" not in sent:
        receipt = {"event_id": "019ab1c2-7f00-7abc-8def-0123456789ab", "status": "accepted"}
        return httpx.Response(202, json=receipt | about)
    results = [{"event_id": "019ab1c2-7f00-7abc-8def-0123456789ab", "status": "accepted"} for _ in sent["events"]]
    return httpx.Response(
        202, json={"accepted": len(results), "duplicate": 0, "rejected": 0, "results": results, **about}
    )


@pytest.mark.parametrize("answer", [httpx.Response(202, text="OK"), httpx.Response(202, json={}), foreign])
def test_a_receipt_that_is_not_the_events_is_never_taken_for_one(kind: Kind, answer: Any) -> None:
    again = FakeServer([answer, answer])
    assert again.call(kind, install).event_id == again.bodies[0]["event_id"]
    assert len(again.requests) == 3

    never = FakeServer(always=answer)
    with pytest.raises(UnexpectedAnswerError, match="no receipt of what was sent") as caught:
        never.call(kind, install)
    assert caught.value.event_ids == [never.bodies[0]["event_id"]]


def test_wrong_fields_are_named_before_sending(kind: Kind) -> None:
    server = FakeServer()

    with pytest.raises(InvalidEventError, match=r"/platform: 'iOS' is not one of .*; did you mean 'ios'\?") as caught:
        server.call(kind, lambda client: client.send_install_event(**{**INSTALL, "platform": "iOS"}))

    assert [reason.pointer for reason in caught.value.errors] == ["/platform"]
    assert isinstance(caught.value, ValueError)
    assert server.requests == []


def test_a_mapping_goes_as_it_is_and_must_name_its_type(kind: Kind) -> None:
    server = FakeServer(judges=False)

    server.call(kind, lambda client: client.send_event({"event_type": "install", "anything": 1}))
    server.call(kind, lambda client: client.send_event(MappingProxyType({"event_type": "install"})))
    assert server.bodies == [{"event_type": "install", "anything": 1}, {"event_type": "install"}]


@pytest.mark.parametrize("event", [{}, {"event_type": 7}, {"event_type": "../admin"}, [], None, "install"])
def test_what_is_no_event_is_refused_before_sending(kind: Kind, event: object) -> None:
    server = FakeServer()
    with pytest.raises(InvalidEventError):
        server.call(kind, lambda client: client.send_event(event))
    assert server.requests == []


def test_the_key_is_nowhere_to_be_read(kind: Kind, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    server = FakeServer(always=problem(401))
    shown: list[str] = []

    def call(client: Any) -> Any:
        shown.extend((repr(client), str(client)))
        return install(client)

    with pytest.raises(AuthenticationError) as caught:
        server.call(kind, call)

    assert len(shown) == 2
    assert all("SECRET" not in text for text in (*shown, str(caught.value), caplog.text))


def test_a_closed_client_does_not_send(kind: Kind) -> None:
    server = FakeServer()
    clients: list[Any] = []

    def call(client: Any) -> Any:
        clients.append(client)
        return install(client)

    server.call(kind, call)

    with pytest.raises(ClientClosedError, match="closed"):
        asyncio.run(install(clients[0])) if kind == "asyncio" else install(clients[0])
    assert len(server.requests) == 1


def test_a_client_that_is_closed_during_a_call_ends_it_with_its_event(kind: Kind) -> None:
    server = FakeServer(always=httpx.ConnectError("refused"))
    clients: list[Any] = []

    class Closing(ManualClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            clients[0]._calls.closed = True  # as `close` in another thread or task does

    def call(client: Any) -> Any:
        clients.append(client)
        return install(client)

    with pytest.raises(ClientClosedError) as caught:
        server.call(kind, call, clock=Closing())
    assert caught.value.event_ids == [server.bodies[0]["event_id"]]


def test_an_http_client_of_the_other_kind_is_refused(kind: Kind) -> None:
    wrong: Any = httpx.AsyncClient() if kind == "blocking" else httpx.Client()
    with pytest.raises(TypeError, match="http is an httpx"):
        FakeServer().call(kind, install, http=wrong)
