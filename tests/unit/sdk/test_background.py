"""What is enqueued with either client: it is checked at once, goes later, and its end is told."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from game_events import (
    AsyncGameAnalyticsClient,
    ClientDisabledError,
    GameAnalyticsClient,
    InstallEvent,
    InvalidEventError,
    Stats,
)
from unit.sdk.fake_server import FIREWALLS, INSTALL, KEY, KINDS, URL, FakeServer, Kind, body

SHARED = {name: INSTALL[name] for name in ("game_id", "platform", "app_version", "environment")}
Use = Callable[[Any], Any]
pytestmark = pytest.mark.parametrize("kind", KINDS)


def used(kind: Kind, server: FakeServer, use: Use, **settings: Any) -> Stats:
    """What became of the events when a client was used, flushed and closed."""
    settings = SHARED | settings
    if kind == "blocking":
        with server.client(**settings) as client:
            use(client)
            client.flush()
        return client.stats()

    async def main() -> Stats:
        async with server.async_client(**settings) as client:
            use(client)
            await client.flush()
        return client.stats()

    return asyncio.run(main())


def install(client: Any, number: int = 1) -> list[str]:
    player = client.player("player-1", session="session-1")
    return [player.install(install_source="organic") for _ in range(number)]


def send_at_once(client: Any) -> None:
    sent = client.send_event(InstallEvent(**INSTALL))
    sent.send(None)  # what is awaited


def rejecting(request: httpx.Request) -> httpx.Response:
    reason = {"pointer": "/user_id", "rule": "pattern", "message": "user_id is odd"}
    ids = [event["event_id"] for event in body(request)["events"]]
    results = [{"event_id": event_id, "status": "rejected", "errors": [reason]} for event_id in ids]
    counts = {"accepted": 0, "duplicate": 0, "rejected": len(ids)}
    about = {"received_at": "2026-11-21T12:00:00Z", "correlation_id": "c-1"}
    return httpx.Response(202, json={**counts, **about, "results": results})


def test_a_players_events_say_who_where_and_when(kind: Kind) -> None:
    server, ids = FakeServer(), list[str]()

    def use(client: Any) -> None:
        player = client.player("player-1", session="session-1", country_code="DE", platform="ios")
        assert repr(player) == "Player('player-1')"
        ids.append(player.install(install_source="organic"))
        client.enqueue(InstallEvent(**INSTALL))
        ids.append(player.install(install_source="paid", event_id="019ab1c2-7f00-7abc-8def-0123456789ab"))

    assert used(kind, server, use).delivered == 3
    first, _, last = server.bodies[0]["events"]
    assert first == {**first, **SHARED, "user_id": "player-1", "session_id": "session-1", "platform": "ios"}
    assert (first["country_code"], first["event_id"], last["event_id"]) == ("DE", *ids)


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"install_source": "orgnic"}, "did you mean 'organic'"), ({"install_source": "organic", "amount": 1}, "amount")],
)
def test_a_wrong_field_is_told_at_once_and_nothing_waits(kind: Kind, fields: Any, said: str) -> None:
    def use(client: Any) -> None:
        with pytest.raises(InvalidEventError, match=said):
            client.player("player-1", session="session-1").install(**fields)

    assert used(kind, FakeServer(), use) == Stats()


def test_what_cannot_be_told_apart_does_not_wait(kind: Kind) -> None:
    def use(client: Any) -> None:
        for event in ({"event_type": "install"}, {"event_type": "install", "event_id": "x" * 200}):
            with pytest.raises(InvalidEventError, match="event_id"):
                client.enqueue(event)

    assert used(kind, FakeServer(), use) == Stats()


def test_every_result_is_told_and_a_listener_that_fails_stops_nothing(
    kind: Kind, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[Any] = []

    def listen(result: Any) -> None:
        told.append(result.event_id)
        raise RuntimeError("mine")

    sent: list[str] = []
    assert used(kind, FakeServer(), lambda client: sent.extend(install(client, 3)), on_result=listen).delivered == 3
    assert told == sent
    assert caplog.text.count("listen failed") == 3


def test_a_rejection_is_said_once_for_its_kind(kind: Kind, caplog: pytest.LogCaptureFixture) -> None:
    assert used(kind, FakeServer(always=rejecting), lambda client: install(client, 3)).rejected == 3
    assert caplog.text.count("user_id is odd") == 1


def test_a_full_line_takes_no_more_and_says_so_once(kind: Kind, caplog: pytest.LogCaptureFixture) -> None:
    dropped: list[Any] = []
    stats = used(kind, FakeServer(), lambda client: install(client, 5), max_queued=3, on_drop=dropped.append)
    assert (stats.delivered, stats.dropped, stats.offered) == (3, {"queue-full": 2}, 5)
    assert [one.reason for one in dropped] == ["queue-full"] * 2
    assert caplog.text.count("events are dropped") == 1


def test_a_hook_may_change_an_event_or_take_it_out(kind: Kind) -> None:
    def hook(event: dict[str, Any]) -> dict[str, Any] | None:
        return None if event["install_source"] == "paid" else {**event, "country_code": "FR"}

    def use(client: Any) -> None:
        install(client)
        client.enqueue(InstallEvent(**{**INSTALL, "install_source": "paid"}))

    server = FakeServer()
    stats = used(kind, server, use, before_enqueue=hook)
    assert (stats.delivered, stats.dropped) == (1, {"hook": 1})
    assert server.bodies[0]["events"][0]["country_code"] == "FR"


@pytest.mark.parametrize("made", [7, {}, {"event_type": "install"}, RuntimeError("mine")])
def test_a_hook_that_fails_changes_nothing(kind: Kind, made: Any, caplog: pytest.LogCaptureFixture) -> None:
    def hook(_: dict[str, Any]) -> Any:
        if isinstance(made, Exception):
            raise made
        return made

    assert used(kind, FakeServer(), install, before_enqueue=hook).delivered == 1
    assert "before_enqueue failed" in caplog.text


def test_a_client_that_is_switched_off_checks_and_sends_nothing(kind: Kind) -> None:
    server = FakeServer()

    def use(client: Any) -> None:
        install(client)
        with pytest.raises(InvalidEventError):
            client.player("player-1", session="session-1").install(install_source="x")
        with pytest.raises(ClientDisabledError):
            send_at_once(client)

    assert used(kind, server, use, enabled=False) == Stats(dropped={"disabled": 1})
    assert server.requests == []


def test_what_comes_after_the_end_is_counted(kind: Kind, caplog: pytest.LogCaptureFixture) -> None:
    clients: list[Any] = []
    used(kind, FakeServer(), clients.append)
    install(clients[0], 2)
    assert clients[0].stats() == Stats(dropped={"closed": 2})
    assert caplog.text.count("events are dropped: closed") == 1


def test_what_is_left_at_the_end_is_counted_told_and_said_once(kind: Kind, caplog: pytest.LogCaptureFixture) -> None:
    dropped: list[Any] = []
    server = FakeServer(always=httpx.Response(503, headers={"Retry-After": "60"}))
    stats = used(kind, server, lambda client: install(client, 2), on_drop=dropped.append)
    assert stats.dropped == {"closed": 2}
    assert len(dropped) == 2
    assert caplog.text.count("2 events are lost") == 1


def test_a_spool_keeps_what_is_left_for_the_next(kind: Kind, tmp_path: Path) -> None:
    away = FakeServer(always=httpx.Response(503, headers={"Retry-After": "60"}))
    stats = used(kind, away, lambda client: install(client, 2), spool=tmp_path / "spool")
    assert (stats.spooled, stats.offered) == (2, 2)
    stats = used(kind, FakeServer(), lambda _: None, spool=str(tmp_path / "spool"), durability="full")
    assert (stats.delivered, stats.adopted) == (2, 2)


def test_without_a_background_nothing_goes_by_itself(kind: Kind) -> None:
    server = FakeServer()

    def use(client: Any) -> None:
        install(client, 200)
        assert server.requests == []
        assert client.stats().oldest_seconds >= 0

    assert used(kind, server, use, background=False).delivered == 200
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"enabled": "yes"}, "enabled is True or False"),
        ({"background": None}, "background is True or False"),
        ({"on_result": 7}, "on_result is a function"),
        ({"max_queued": 0}, "max_queued is 0"),
        ({"max_queued": True}, "max_queued is True"),
        ({"durability": "full"}, "spool="),
        ({"spool": ".", "durability": "half"}, "durability is 'half'"),
        ({"spool": 7}, "spool is a directory"),
        ({"spool": "/dev/null/x"}, "cannot be used"),
        ({"spol": "x"}, "did you mean 'spool'"),
    ],
)
def test_a_setting_that_cannot_be_is_told(kind: Kind, settings: Any, said: str) -> None:
    client = GameAnalyticsClient if kind == "blocking" else AsyncGameAnalyticsClient
    with pytest.raises((TypeError, ValueError), match=said):
        client(URL, KEY, **settings)


def test_whatever_the_way_out_raises_events_wait_and_go_later(kind: Kind, caplog: pytest.LogCaptureFixture) -> None:
    server = FakeServer([KeyError("a hook of the studio's"), ValueError("another")])
    assert used(kind, server, lambda client: install(client, 2), uniform=lambda low, _: low).delivered == 2
    assert caplog.text.count("a hook of the studio's") == 1


@pytest.mark.parametrize("status", [401, 403])
def test_what_a_firewall_refused_waits_and_goes_when_it_lets_it_pass(kind: Kind, status: int) -> None:
    server = FakeServer([httpx.Response(status, text=FIREWALLS)] * 3)
    stats = used(kind, server, lambda client: install(client, 2), uniform=lambda low, _: low)
    assert stats == Stats(delivered=2)
    assert (len(server.requests), len({request.content for request in server.requests})) == (4, 1)


def test_an_outage_and_its_end_are_said_once(kind: Kind, caplog: pytest.LogCaptureFixture) -> None:
    server = FakeServer([httpx.ConnectError("refused"), httpx.ConnectError("refused")])
    with caplog.at_level(logging.INFO, "game_events"):
        assert used(kind, server, install, uniform=lambda low, _: low).delivered == 1
    said = [record.message for record in caplog.records if record.name == "game_events"]
    assert said == [f"no answer from {URL}: refused; 1 waiting, to be sent when it can be", "events are sent again"]


def test_who_flushed_knows_that_listeners_have_heard_and_a_listener_may_flush(kind: Kind) -> None:
    server, heard, clients = FakeServer(), list[int | None](), list[Any]()

    def listener(result: Any) -> None:
        flushed = clients[0].flush() if kind == "blocking" else None
        heard.append(flushed)

    def use(client: Any) -> None:
        clients.append(client)
        install(client, 3)

    assert used(kind, server, use, on_result=listener).delivered == 3
    assert len(heard) == 3
    assert server.clock.passed < 10


def test_of_two_that_flush_neither_waits_for_nothing(kind: Kind) -> None:
    server = FakeServer()
    if kind == "asyncio":

        async def both() -> list[int]:
            async with server.async_client(background=False, **SHARED) as client:
                install(client)
                return list(await asyncio.gather(client.flush(), client.flush()))

        assert asyncio.run(both()) == [0, 0]
        return
    with server.client(background=False, **SHARED) as client:
        install(client)
        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(lambda _: client.flush(), range(2))) == [0, 0]
    assert server.clock.passed == 0
