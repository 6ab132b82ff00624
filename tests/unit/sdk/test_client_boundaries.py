"""What a client meets at its edges: keys, URLs, foreign answers, documents that JSON cannot hold, threads."""

import asyncio
import traceback
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import httpx
import pytest
from game_events import AsyncGameAnalyticsClient, GameAnalyticsClient, errors
from unit.sdk.fake_server import INSTALL, KEY, FakeServer, body, problem, receipt


@pytest.mark.parametrize("suffix", ["\n", "\r\nX-Evil: 1", " x", "\x00", "é"])
def test_a_key_that_would_break_the_header_is_refused_without_showing_it(suffix: str) -> None:
    with pytest.raises(ValueError, match="api_key") as caught:
        GameAnalyticsClient("https://e.example", KEY + suffix)
    assert "SECRET" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "base_url",
    ["", "events.example.com", "/v1", "ftp://e.example", "https://", "https://u:pw@e.example", "https://e.example?a=b"],
)
def test_a_base_url_that_cannot_work_is_refused_at_once(base_url: str) -> None:
    with pytest.raises(ValueError, match="base_url") as caught:
        GameAnalyticsClient(base_url, KEY)
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    ("base_url", "path"),
    [
        ("https://e.example", "/v1/events/install"),
        ("https://e.example/", "/v1/events/install"),
        ("https://e.example/games", "/games/v1/events/install"),
        ("https://e.example/games/", "/games/v1/events/install"),
    ],
)
def test_the_servers_path_is_kept(base_url: str, path: str) -> None:
    seen: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.path)
        return problem(401)

    client = GameAnalyticsClient(base_url, KEY, http=httpx.Client(transport=httpx.MockTransport(handle)))
    with pytest.raises(errors.AuthenticationError):
        client.send_install_event(**INSTALL)
    assert seen == [path]


@pytest.mark.parametrize("kind", [GameAnalyticsClient, AsyncGameAnalyticsClient])
@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"api_key": None}, "GAME_EVENTS_API_KEY"),
        ({"api_key": ""}, "api_key is empty"),
        ({"api_key": b"ge_live"}, "api_key"),
        ({"base_url": None}, "GAME_EVENTS_URL"),
        ({"base_url": 7}, "base_url is not a URL"),
        ({"timeout": -1}, "timeout is -1"),
        ({"timeout": 0}, "timeout is 0"),
        ({"timeout": "5"}, "timeout is '5'"),
        ({"timeout": float("inf")}, "timeout is inf"),
        ({"timeout": float("nan")}, "timeout is nan"),
        ({"timeout": True}, "timeout is True"),
        ({"max_attempts": 0}, "max_attempts is 0"),
        ({"max_attempts": "3"}, "max_attempts is '3'"),
        ({"max_attempts": 2.0}, "max_attempts is 2.0"),
    ],
)
def test_a_setting_that_cannot_work_is_named_at_once(kind: Any, settings: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        kind(**({"base_url": "https://e.example", "api_key": KEY} | settings))


def test_a_server_on_this_machine_is_reached_without_the_environments_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "nonsense://proxy")  # whoever looks at it fails
    for server in ("http://127.0.0.1:8000", "http://localhost:8000", "https://[::1]:8000", "http://127.8.8.8"):
        GameAnalyticsClient(server, KEY).close()
    for client in (GameAnalyticsClient, AsyncGameAnalyticsClient):
        with pytest.raises(ValueError, match="ALL_PROXY"):
            client("https://events.example.com", KEY)


@pytest.mark.parametrize("event_type", ["", "batch", "Install", "a b", "install\n"])
def test_a_mapping_that_names_no_event_is_never_sent(event_type: str) -> None:
    server = FakeServer()
    with pytest.raises(errors.InvalidEventError, match="event_type"):
        server.client().send_event({"event_type": event_type})
    assert server.requests == []


@pytest.mark.parametrize("value", [float("nan"), Decimal("4.99"), "\ud800", {1}])
def test_a_mapping_that_json_cannot_hold_is_never_sent(value: object) -> None:
    server = FakeServer()
    with pytest.raises(errors.InvalidEventError, match="JSON"):
        server.client().send_event({"event_type": "install", "value": value})
    assert server.requests == []


def test_one_client_serves_many_threads() -> None:
    server = FakeServer()
    with server.client() as client, ThreadPoolExecutor(8) as threads:
        receipts = list(threads.map(lambda _: client.send_install_event(**INSTALL), range(200)))

    assert len({receipt.event_id for receipt in receipts}) == 200
    assert {body(request)["event_id"] for request in server.requests} == {receipt.event_id for receipt in receipts}


def test_one_asyncio_client_serves_loop_after_loop_with_connections_of_each() -> None:
    made: list[httpx.AsyncClient] = []

    def make() -> httpx.AsyncClient:
        made.append(httpx.AsyncClient(transport=httpx.MockTransport(receipt)))
        return made[-1]

    client = AsyncGameAnalyticsClient("https://e.example", KEY, http=make)

    async def twice() -> None:
        for _ in range(2):
            assert (await client.send_install_event(**INSTALL)).status == "accepted"

    for _ in range(3):
        asyncio.run(twice())
    assert len(made) == 3
