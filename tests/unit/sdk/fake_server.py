"""A server behind a transport: answers from a script, remembers every request, and waits for nobody."""

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from game_events import GameAnalyticsClient

KEY = "ge_test_abc_SECRETSECRET"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
Answer = httpx.Response | Exception

INSTALL: dict[str, Any] = {
    "user_id": "player-1",
    "session_id": "session-1",
    "game_id": "puzzle-quest",
    "platform": "android",
    "app_version": "1.4.2",
    "environment": "production",
    "install_source": "organic",
}


@dataclass
class FakeServer:
    """Gives one answer of `answers` after the other, then receipts."""

    answers: Iterable[Answer] = ()
    requests: list[httpx.Request] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    now: datetime = NOON

    def client(self, **settings: Any) -> GameAnalyticsClient:
        script = iter(self.answers)

        def handle(request: httpx.Request) -> httpx.Response:
            self.requests.append(request)
            answer = next(script, None)
            if isinstance(answer, Exception):
                raise answer
            return answer or receipt(request)

        def clock() -> datetime:
            self.now += timedelta(seconds=1)
            return self.now

        given: dict[str, Any] = {"transport": httpx.MockTransport(handle), "clock": clock, "sleep": self.waits.append}
        return GameAnalyticsClient("https://events.example.com", KEY, **(given | settings))


def body(request: httpx.Request) -> Any:
    packed = request.headers.get("Content-Encoding") == "gzip"
    return json.loads(gzip.decompress(request.content) if packed else request.content)


def receipt(request: httpx.Request) -> httpx.Response:
    """202 as the server writes it."""
    sent = body(request)
    about = {"received_at": "2026-11-21T12:00:00.000001Z", "correlation_id": "c-1"}
    if "events" not in sent:
        return httpx.Response(202, json={"event_id": sent["event_id"], "status": "accepted", **about})
    results = [{"event_id": event["event_id"], "status": "accepted"} for event in sent["events"]]
    return httpx.Response(
        202, json={"accepted": len(results), "duplicate": 0, "rejected": 0, "results": results, **about}
    )


def problem(status: int, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
    document = {
        "type": "urn:game-events:problem:test",
        "title": "Refused",
        "status": status,
        "detail": "for a test",
        "correlation_id": "c-9",
        **more,
    }
    return httpx.Response(
        status,
        json=document,
        headers={"Content-Type": "application/problem+json", "X-Correlation-ID": "c-9", **(headers or {})},
    )
