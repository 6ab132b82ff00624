"""A server behind a transport: answers from a script, remembers every request, and waits for nobody."""

import asyncio
import gzip
import json
import threading
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeVar

import httpx
from game_events import AsyncGameAnalyticsClient, GameAnalyticsClient
from game_events.clock import Clock

KEY = "ge_test_abc_SECRETSECRET"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
URL = "https://events.example.com"
Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]
Kind = Literal["blocking", "asyncio"]
KINDS: tuple[Kind, ...] = ("blocking", "asyncio")
Result = TypeVar("Result")

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
class ManualClock(Clock):
    """Time passes when somebody sleeps; each look at the wall clock finds it a second later."""

    now: datetime = NOON
    passed: float = 0.0
    waits: list[float] = field(default_factory=list)

    def wall(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def monotonic(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.passed += seconds

    def wait(self, turn: threading.Condition, seconds: float | None) -> None:
        """A background thread may do something meanwhile: real time, but for a bounded wait little of it."""
        turn.wait(None if seconds is None else min(seconds, 0.05))
        self.passed += seconds or 0.0

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)


@dataclass
class FakeServer:
    """Gives one answer of `answers` after the other, then `always`, or receipts."""

    answers: Iterable[Answer] = ()
    always: Answer | None = None
    requests: list[httpx.Request] = field(default_factory=list)
    clock: ManualClock = field(default_factory=ManualClock)

    @property
    def waits(self) -> list[float]:
        return self.clock.waits

    @property
    def bodies(self) -> list[Any]:
        return [body(request) for request in self.requests]

    def client(self, **settings: Any) -> GameAnalyticsClient:
        given: dict[str, Any] = {"http": httpx.Client(transport=self._transport()), "clock": self.clock}
        return GameAnalyticsClient(URL, KEY, **(given | settings))

    def async_client(self, **settings: Any) -> AsyncGameAnalyticsClient:
        given: dict[str, Any] = {"http": httpx.AsyncClient(transport=self._transport()), "clock": self.clock}
        return AsyncGameAnalyticsClient(URL, KEY, **(given | settings))

    def call(self, kind: Kind, call: Callable[[Any], Any], **settings: Any) -> Any:
        """What a client of that kind comes to in `call`, which returns the method's own result for either."""
        if kind == "blocking":
            with self.client(**settings) as client:
                return call(client)
        return asyncio.run(self._call(call, settings))

    async def _call(self, call: Callable[[AsyncGameAnalyticsClient], Awaitable[Result]], settings: Any) -> Result:
        async with self.async_client(**settings) as client:
            return await call(client)

    def _transport(self) -> httpx.MockTransport:
        script = iter(self.answers)

        def handle(request: httpx.Request) -> httpx.Response:
            self.requests.append(request)
            answer = next(script, self.always)
            if isinstance(answer, Exception):
                raise answer
            if answer is None or callable(answer):
                return (answer or receipt)(request)
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

        return httpx.MockTransport(handle)


def body(request: httpx.Request) -> Any:
    packed = request.headers.get("Content-Encoding") == "gzip"
    return json.loads(gzip.decompress(request.content) if packed else request.content)


def receipt(request: httpx.Request) -> httpx.Response:
    """202 as the server writes it."""
    sent = body(request)
    about = {"received_at": "2026-11-21T12:00:00.000001Z", "correlation_id": "c-1"}
    headers = {"X-Correlation-ID": "c-1"}
    if "events" not in sent:
        receipt = {"event_id": sent.get("event_id", "0" * 36), "status": "accepted", **about}
        return httpx.Response(202, json=receipt, headers=headers)
    results = [{"event_id": event.get("event_id"), "status": "accepted"} for event in sent["events"]]
    counts = {"accepted": len(results), "duplicate": 0, "rejected": 0}
    return httpx.Response(202, json={**counts, "results": results, **about}, headers=headers)


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
