"""What the SDK gives to its users' tests, used as they use it."""

import asyncio
from typing import Any

import httpx
import pytest
from game_events import (
    AsyncGameAnalyticsClient,
    EventRejectedError,
    GameAnalyticsClient,
    InstallEvent,
    InvalidEventError,
    ServerUnreachableError,
    TryAgainLaterError,
)
from game_events.testing import (
    Captured,
    FakeServer,
    ManualClock,
    busy,
    capture,
    connection_refused,
    lost_answer,
    no_answer,
    rejection,
)
from unit.sdk.fake_server import INSTALL, KEY

OWN_CLIENT: dict[str, Any] = {"base_url": "https://of-the-game.example", "api_key": KEY}
BROKEN = {**INSTALL, "event_type": "install", "schema_version": "2-1-1", "event_id": "no-uuid", "event_time": "now"}


def enqueue(client: Any) -> str:
    return str(client.player("player-1", session="session-1").install(install_source="organic"))


def test_what_is_sent_and_what_is_enqueued_is_captured_at_once_as_it_would_go(capture_events: Captured) -> None:
    client = capture_events.client

    sent = client.send_install_event(user_id="player-1", session_id="s", install_source="organic")
    waiting = enqueue(client)
    batch = client.send_events_batch([InstallEvent(**INSTALL)])

    assert [event["event_id"] for event in capture_events.events] == [
        sent.event_id,
        waiting,
        batch.results[0].event_id,
    ]
    assert all(type(event) is dict for event in capture_events.of("install"))
    assert capture_events.of("purchase") == []
    assert (client.stats().delivered, client.stats().queued) == (1, 0)
    capture_events.clear()
    assert capture_events.events == []


@pytest.mark.parametrize("background", [True, False])
def test_a_client_that_the_game_makes_itself_is_captured_too(capture_events: Captured, background: bool) -> None:
    told: list[Any] = []
    context: dict[str, Any] = {name: INSTALL[name] for name in ("game_id", "platform", "app_version", "environment")}
    with GameAnalyticsClient(background=background, on_result=told.append, **context) as client:
        ids = [enqueue(client), client.send_install_event(**INSTALL).event_id]
        assert [event["event_id"] for event in capture_events.events] == ids
    assert [result.event_id for result in told] == ids[:1]


def test_a_client_made_before_is_captured_and_afterwards_it_is_itself_again() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("not captured")

    http = httpx.Client(transport=httpx.MockTransport(refuse))
    client = GameAnalyticsClient(**OWN_CLIENT, http=http, max_attempts=1)
    with capture() as captured:
        client.send_install_event(**INSTALL)
    with pytest.raises(ServerUnreachableError, match="not captured"):
        client.send_install_event(**INSTALL)
    assert len(captured.events) == 1


def test_the_asyncio_client_is_captured(capture_events: Captured) -> None:
    async def main() -> list[str]:
        given = capture_events.async_client
        ids = [enqueue(given)]
        async with AsyncGameAnalyticsClient(**OWN_CLIENT) as client:
            ids.append((await client.send_install_event(**INSTALL)).event_id)
            ids.append(client.enqueue(InstallEvent(**INSTALL)))
        assert await given.flush() == 0
        return ids

    assert asyncio.run(main()) == [event["event_id"] for event in capture_events.events]


def test_what_breaks_its_schema_is_told_and_not_among_the_events(capture_events: Captured) -> None:
    client = capture_events.client
    with pytest.raises(InvalidEventError):
        client.player("p", session="s").install(install_source="friend")  # type: ignore[arg-type] # wrong
    with pytest.raises(EventRejectedError) as caught:
        client.send_event(BROKEN)
    client.enqueue(BROKEN)

    assert {error.pointer for error in caught.value.errors} == {"/event_id", "/event_time"}
    assert capture_events.events == []
    assert [event for event, _ in capture_events.rejected] == [BROKEN, BROKEN]
    assert client.stats().rejected == 1


@pytest.mark.parametrize(
    ("event", "pointer"),
    [
        ({"event_type": "instal"}, "/event_type"),
        ({"event_type": "install"}, "/schema_version"),
        ({"event_type": "install", "schema_version": "9-9-9"}, "/schema_version"),
    ],
)
def test_an_event_of_no_published_version_is_rejected(event: dict[str, Any], pointer: str) -> None:
    with pytest.raises(EventRejectedError) as caught:
        FakeServer().client().send_event(event)
    assert [error.pointer for error in caught.value.errors] == [pointer]


def test_faults_come_in_the_order_of_the_script_and_nobody_waits() -> None:
    script: list[Any] = [
        connection_refused,
        no_answer,
        503,
        httpx.ConnectError("gone"),
        busy(retry_after=7),
        lost_answer,
        None,
    ]
    server = FakeServer(script)

    receipt = server.client().send_install_event(**INSTALL)

    assert receipt.status == "duplicate"  # it had arrived when its answer was lost
    assert (len(server.requests), len(server.events)) == (7, 1)
    assert server.clock.waits[4] >= 7
    assert len({request.content for request in server.requests}) == 1


def test_what_the_script_ends_with_can_last() -> None:
    with pytest.raises(TryAgainLaterError):
        FakeServer(always=429).client(max_attempts=2).send_install_event(**INSTALL)
    with pytest.raises(EventRejectedError, match="/user_id: odd"):
        FakeServer([rejection("/user_id", "pattern", "odd")]).client().send_install_event(**INSTALL)


def test_a_batch_is_answered_event_by_event() -> None:
    good = InstallEvent(**INSTALL)
    server = FakeServer()

    receipt = server.client().send_events_batch([good, BROKEN, good])

    assert [result.status for result in receipt.results] == ["accepted", "rejected", "duplicate"]


def test_the_clock_moves_by_hand() -> None:
    clock = ManualClock()
    before = clock.wall()
    clock.advance(90)
    assert ((clock.wall() - before).total_seconds(), clock.monotonic()) == (90, 90)
    assert clock.waits == []
