"""What a client meets at its edges: keys, URLs, foreign answers, documents that JSON cannot hold, threads."""

import traceback
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import httpx
import pytest
from game_events import GameAnalyticsClient, InstallEvent, errors
from unit.sdk.fake_server import INSTALL, KEY, FakeServer, body, problem


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

    with pytest.raises(errors.AuthenticationError):
        GameAnalyticsClient(base_url, KEY, transport=httpx.MockTransport(handle)).send_install_event(**INSTALL)
    assert seen == [path]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(401, text="no"), errors.AuthenticationError),
        (httpx.Response(413, text="<h1>too large</h1>"), errors.EventRejectedError),
        (httpx.Response(404, text="<h1>not found</h1>"), errors.UnexpectedAnswerError),
        (httpx.Response(302, headers={"Location": "https://login.example"}), errors.UnexpectedAnswerError),
        (httpx.Response(200, text="<h1>log in</h1>"), errors.UnexpectedAnswerError),
        (httpx.Response(202, json={"status": "accepted"}), errors.UnexpectedAnswerError),
    ],
)
def test_an_answer_of_something_else_is_never_taken_for_the_servers(
    answer: httpx.Response, kind: type[Exception]
) -> None:
    server = FakeServer([answer])

    with pytest.raises(errors.RefusedError) as caught:
        server.client().send_install_event(**INSTALL)

    assert type(caught.value) is kind
    assert len(server.requests) == 1


def test_a_receipt_for_another_number_of_events_is_not_believed() -> None:
    about = {"received_at": "2026-11-21T12:00:00Z", "correlation_id": "c-1"}
    one: list[dict[str, object]] = [{"event_id": None, "status": "rejected", "errors": []}]
    short = httpx.Response(202, json={"accepted": 0, "duplicate": 0, "rejected": 1, "results": one, **about})

    with pytest.raises(errors.UnexpectedAnswerError):
        FakeServer([short]).client().send_events_batch([InstallEvent(**INSTALL), InstallEvent(**INSTALL)])


def test_500_results_come_in_the_order_of_the_events() -> None:
    events = [InstallEvent(**INSTALL) for _ in range(500)]
    server = FakeServer()

    receipt = server.client().send_events_batch(events)

    assert [result.event_id for result in receipt.results] == [event.event_id for event in events]
    assert len(server.requests) == 1


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


def test_a_broken_answer_counts_as_none_and_names_its_cause() -> None:
    failure = httpx.DecodingError("")
    server = FakeServer([failure] * 9)

    with pytest.raises(errors.ServerUnreachableError, match="after 4 attempts: DecodingError") as caught:
        server.client().send_install_event(**INSTALL)

    assert caught.value.__cause__ is failure


def test_one_client_serves_many_threads() -> None:
    server = FakeServer()
    with server.client() as client, ThreadPoolExecutor(8) as threads:
        receipts = list(threads.map(lambda _: client.send_install_event(**INSTALL), range(200)))

    assert len({receipt.event_id for receipt in receipts}) == 200
    assert {body(request)["event_id"] for request in server.requests} == {receipt.event_id for receipt in receipts}
