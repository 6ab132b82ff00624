"""The client against a scripted transport: what goes out, what comes back, when it tries again."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import httpx
import pytest
from game_events import (
    AuthenticationError,
    EventRejectedError,
    GameAnalyticsClient,
    InstallEvent,
    InvalidBatchError,
    InvalidEventError,
    PermissionDeniedError,
    RefusedError,
    ServerUnreachableError,
    TryAgainLaterError,
    UnexpectedAnswerError,
)
from pydantic import ValidationError

KEY = "ge_live_abcdefgh_secretsecretsecretsecretsecr123456"
FIELDS: dict[str, Any] = {
    "user_id": "player-1",
    "session_id": "s-1",
    "game_id": "puzzle-quest",
    "platform": "ios",
    "app_version": "1.0",
    "environment": "production",
    "install_source": "organic",
}


class Script:
    """Answers requests from a list and remembers them; the last answer repeats."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.waits: list[float] = []
        self.now = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def clock(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def client(self, **options: Any) -> GameAnalyticsClient:
        return GameAnalyticsClient(
            "http://server",
            KEY,
            transport=httpx.MockTransport(self),
            clock=self.clock,
            sleep=self.waits.append,
            **options,
        )

    def bodies(self) -> list[Any]:
        return [json.loads(body(request)) for request in self.requests]


def body(request: httpx.Request) -> bytes:
    zipped = request.headers.get("Content-Encoding") == "gzip"
    return gzip.decompress(request.content) if zipped else request.content


def accepted(event_id: str = "019ab1c2-7f00-7abc-8def-0123456789ab") -> httpx.Response:
    receipt = {"event_id": event_id, "status": "accepted", "received_at": "2026-11-21T09:30:00Z", "correlation_id": "c"}
    return httpx.Response(202, json=receipt)


def problem(status: int, **headers: str) -> httpx.Response:
    document = {
        "type": "urn:game-events:problem:invalid-event",
        "title": "The event breaks its contract",
        "status": status,
        "detail": "see errors",
        "correlation_id": "c-42",
        "errors": [{"pointer": "/price", "rule": "pattern", "message": "not an amount"}],
    }
    return httpx.Response(status, json=document, headers={"X-Correlation-ID": "c-42", **headers})


def test_an_event_goes_out_with_key_time_and_identity() -> None:
    script = Script(accepted())

    script.client().send_install_event(**FIELDS)

    (request,) = script.requests
    assert request.url.path == "/v1/events/install"
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert request.headers["Sent-At"] == "2026-11-21T09:30:01Z"
    (event,) = script.bodies()
    assert {**event, **FIELDS} == event
    assert event["event_type"] == "install"
    assert len(event["event_id"]) == 36
    assert None not in event.values()


def test_a_retry_repeats_the_event_and_stamps_a_new_time() -> None:
    script = Script(httpx.ConnectError("down"), httpx.ReadTimeout("slow"), problem(503), accepted())

    receipt = script.client().send_install_event(**FIELDS)

    assert receipt.status == "accepted"
    assert len({event["event_id"] for event in script.bodies()}) == 1
    assert len({body(request) for request in script.requests}) == 1
    assert len({request.headers["Sent-At"] for request in script.requests}) == 4
    assert len(script.waits) == 3


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
def test_a_final_refusal_is_raised_at_once(status: int, error: type[RefusedError]) -> None:
    script = Script(problem(status))

    with pytest.raises(error) as caught:
        script.client().send_install_event(**FIELDS)

    assert len(script.requests) == 1
    assert caught.value.status == status
    assert caught.value.correlation_id == "c-42"
    assert [item.pointer for item in caught.value.errors] == ["/price"]
    assert "/price: not an amount" in str(caught.value)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_passing_refusal_is_retried_and_then_raised(status: int) -> None:
    script = Script(problem(status))

    with pytest.raises(TryAgainLaterError):
        script.client(max_attempts=3).send_install_event(**FIELDS)

    assert len(script.requests) == 3


def test_retry_after_is_obeyed_and_a_long_one_ends_the_call() -> None:
    patient = Script(problem(429, **{"Retry-After": "7"}), accepted())
    patient.client().send_install_event(**FIELDS)
    assert 7 <= patient.waits[0] <= 7.2

    hopeless = Script(problem(503, **{"Retry-After": "3600"}))
    with pytest.raises(TryAgainLaterError):
        hopeless.client().send_install_event(**FIELDS)
    assert hopeless.waits == []


def test_waits_are_drawn_from_zero_to_a_doubling_bound() -> None:
    script = Script(problem(503))
    drawn: list[tuple[float, float]] = []

    def uniform(low: float, high: float) -> float:
        drawn.append((low, high))
        return high

    with pytest.raises(TryAgainLaterError):
        script.client(max_attempts=7, uniform=uniform).send_install_event(**FIELDS)

    assert drawn == [(0.0, 0.2), (0.0, 0.4), (0.0, 0.8), (0.0, 1.6), (0.0, 3.2), (0.0, 5.0)]
    assert script.waits == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0]


def test_no_answer_at_all_names_the_server() -> None:
    script = Script(httpx.ConnectError("connection refused"))

    with pytest.raises(ServerUnreachableError, match="http://server after 2 attempts: connection refused"):
        script.client(max_attempts=2).send_install_event(**FIELDS)


def test_an_answer_that_is_no_problem_document_is_explained() -> None:
    script = Script(httpx.Response(404, text="<html>nginx</html>"))

    with pytest.raises(UnexpectedAnswerError, match="is base_url right"):
        script.client().send_install_event(**FIELDS)


def test_a_success_that_is_no_receipt_is_not_taken_for_one() -> None:
    script = Script(httpx.Response(202, text="OK"))

    with pytest.raises(UnexpectedAnswerError, match="is base_url right"):
        script.client(max_attempts=1).send_install_event(**FIELDS)


def test_large_bodies_are_compressed() -> None:
    script = Script(httpx.Response(202, json=batch_receipt(50)))

    script.client().send_events_batch([InstallEvent(**FIELDS) for _ in range(50)])

    (request,) = script.requests
    assert request.headers["Content-Encoding"] == "gzip"
    assert len(request.content) < len(body(request)) / 3


def batch_receipt(events: int) -> dict[str, Any]:
    result = {"event_id": None, "status": "accepted"}
    counts = {"accepted": events, "duplicate": 0, "rejected": 0}
    return {**counts, "received_at": "2026-11-21T09:30:00Z", "correlation_id": "c", "results": [result] * events}


@pytest.mark.parametrize("size", [0, 501])
def test_a_batch_of_another_size_is_refused_before_sending(size: int) -> None:
    script = Script(accepted())

    with pytest.raises(InvalidBatchError, match=f"1 to 500 events, and this one {size}"):
        script.client().send_events_batch([FIELDS] * size)

    assert script.requests == []


def test_wrong_fields_are_named_before_sending() -> None:
    script = Script(accepted())

    with pytest.raises(ValidationError, match="platform"):
        script.client().send_install_event(**{**FIELDS, "platform": "symbian"})

    assert script.requests == []


def test_a_mapping_goes_as_it_is_and_must_name_its_type() -> None:
    script = Script(accepted())
    client = script.client()

    client.send_event({"event_type": "install", "anything": 1})
    assert script.bodies() == [{"event_type": "install", "anything": 1}]

    client.send_event(MappingProxyType({"event_type": "install"}))
    assert script.bodies()[1:] == [{"event_type": "install"}]

    for event in ({}, {"event_type": 7}, {"event_type": "../admin"}):
        with pytest.raises(InvalidEventError):
            client.send_event(event)
    assert len(script.requests) == 2


def test_the_key_is_nowhere_to_be_read(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    script = Script(problem(401))
    client = script.client()

    with pytest.raises(AuthenticationError) as caught:
        client.send_install_event(**FIELDS)

    secret = KEY.split("_")[-1]
    assert all(secret not in text for text in (repr(client), str(client), str(caught.value), caplog.text))


@pytest.mark.parametrize("make", [lambda c: c.close(), lambda c: c.__exit__(None, None, None)])
def test_a_closed_client_does_not_send(make: Callable[[GameAnalyticsClient], None]) -> None:
    client = Script(accepted()).client()
    make(client)

    with pytest.raises(RuntimeError, match="closed"):
        client.send_install_event(**FIELDS)


def test_a_server_on_this_machine_is_reached_without_the_environments_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "nonsense://proxy")  # whoever looks at it fails
    for server in ("http://127.0.0.1:8000", "http://localhost:8000", "https://[::1]:8000", "http://127.8.8.8"):
        GameAnalyticsClient(server, KEY).close()
    with pytest.raises(ValueError, match="ALL_PROXY"):
        GameAnalyticsClient("https://events.example.com", KEY)
