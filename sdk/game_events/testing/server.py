"""A server behind httpx's transport: judges as the product does, fails by script, remembers, waits for nobody."""

import gzip
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
from game_events_models import contract
from game_events_models.explain import field_errors
from jsonschema_rs import Draft202012Validator

from game_events.aio import AsyncGameAnalyticsClient
from game_events.client import GameAnalyticsClient
from game_events.testing.clock import ManualClock
from game_events.testing.faults import lost_answer, problem

URL = "https://events.example.com"
KEY = "ge_test_fake_SECRETSECRET"
NO_ID = "0" * 36
"""Of a receipt for an event without one, which only a server that does not judge takes."""
MAX_ERRORS = 8
"""Of one event, as the server lists them."""
Answer = int | httpx.Response | Exception | Callable[[httpx.Request], httpx.Response] | None
"""What one request meets: a status, an answer, an exception to raise, a function, or None, the server itself."""
Reason = dict[str, str]


@dataclass
class FakeServer:
    """Meets each request with the next of `answers`, then with `always`, or as the product would.

    >>> server = FakeServer([connection_refused, 503, busy(retry_after=7)])  # doctest: +SKIP
    >>> with server.client(game_id="sky-racer", …) as client:  # doctest: +SKIP
    ...     client.send_install_event(…)
    >>> len(server.requests), server.clock.waits  # doctest: +SKIP
    """

    answers: Iterable[Answer] = ()
    always: Answer = None
    judges: bool = True
    """Whether events are held against their schemas; else every one is taken."""
    clock: ManualClock = field(default_factory=ManualClock)
    requests: list[httpx.Request] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    """What was accepted, each event once, in the order of arrival."""
    rejected: list[tuple[Any, list[Reason]]] = field(default_factory=list)
    """What broke its schema, with reasons: pointer, rule and message of each."""

    def __post_init__(self) -> None:
        self._script = iter(self.answers)
        self._ids: set[str | None] = set()
        self._lock = threading.Lock()

    @property
    def bodies(self) -> list[Any]:
        """What each request held."""
        return [body(request) for request in self.requests]

    @property
    def transport(self) -> httpx.MockTransport:
        """The way to this server, for an `httpx.Client` or `httpx.AsyncClient` of your own."""
        return httpx.MockTransport(self.answer)

    def client(self, **settings: Any) -> GameAnalyticsClient:
        """A client of this server; `settings` as of GameAnalyticsClient, whose clock is the server's."""
        return GameAnalyticsClient(**{**self._given(), "http": httpx.Client(transport=self.transport), **settings})

    def async_client(self, **settings: Any) -> AsyncGameAnalyticsClient:
        """The same for asyncio."""
        http = httpx.AsyncClient(transport=self.transport)
        return AsyncGameAnalyticsClient(**{**self._given(), "http": http, **settings})

    def answer(self, request: httpx.Request) -> httpx.Response:
        """What this request meets; raises what the script raises."""
        with self._lock:
            self.requests.append(request)
            scripted = next(self._script, self.always)
            if scripted is None or scripted is lost_answer:
                taken = self._take(body(request))
        if scripted is None:
            return taken
        if isinstance(scripted, Exception):
            raise scripted
        if callable(scripted):
            return scripted(request)
        if isinstance(scripted, int):
            return problem(scripted)
        return httpx.Response(scripted.status_code, headers=scripted.headers, content=scripted.content)

    def _given(self) -> dict[str, Any]:
        # Without chance, so that a test goes the same way each time.
        return {"base_url": URL, "api_key": KEY, "clock": self.clock, "uniform": lambda low, high: (low + high) / 2}

    def _take(self, sent: Any) -> httpx.Response:
        """As the product does; the lock is held."""
        received_at = self.clock.wall().isoformat(timespec="microseconds").replace("+00:00", "Z")
        about = {"received_at": received_at, "correlation_id": f"c-{len(self.requests)}"}
        headers = {"X-Correlation-ID": about["correlation_id"]}
        if "events" not in sent:
            result = self._judged(sent)
            if result["status"] == "rejected":
                return problem(422, headers, errors=result["errors"], **about)
            return httpx.Response(
                202, json={**result, "event_id": result["event_id"] or NO_ID, **about}, headers=headers
            )
        results = [self._judged(event) for event in sent["events"]]
        counted = Counter(result["status"] for result in results)
        counts = {status: counted[status] for status in ("accepted", "duplicate", "rejected")}
        return httpx.Response(202, json={**counts, "results": results, **about}, headers=headers)

    def _judged(self, event: Any) -> dict[str, Any]:
        event_id = event.get("event_id") if isinstance(event, dict) else None
        reasons = _reasons(event) if self.judges else []
        if reasons:
            self.rejected.append((event, reasons))
            return {"event_id": event_id, "status": "rejected", "errors": reasons}
        if event_id is not None and event_id in self._ids:
            return {"event_id": event_id, "status": "duplicate"}
        self._ids.add(event_id)
        self.events.append(event)
        return {"event_id": event_id, "status": "accepted"}


def body(request: httpx.Request) -> Any:
    """What a request holds, unpacked."""
    is_packed = request.headers.get("Content-Encoding") == "gzip"
    return json.loads(gzip.decompress(request.content) if is_packed else request.content)


def _reasons(event: Any) -> list[Reason]:
    """What is wrong with an event; nothing when it is right."""
    if not isinstance(event, dict):
        return [{"pointer": "", "rule": "type", "message": "an event is an object"}]
    event_type, version = event.get("event_type"), event.get("schema_version")
    known = contract.versions()
    if event_type not in known:
        message = f"{event_type!r} is none of {', '.join(known)}"
        return [{"pointer": "/event_type", "rule": "unknown-event-type", "message": message}]
    if version not in known[event_type]:
        message = f"{version!r} is no published version; there are {', '.join(known[event_type])}"
        return [{"pointer": "/schema_version", "rule": "unknown-schema-version", "message": message}]
    validator, schema = _validator(event_type, version)
    errors = (found for error in validator.iter_errors(event) for found in field_errors(error, event, schema))
    return [error.model_dump(mode="json") for error, _ in zip(errors, range(MAX_ERRORS), strict=False)]


@cache
def _validator(event_type: str, version: str) -> tuple[Draft202012Validator, Mapping[str, Any]]:
    schema = contract.schema(event_type, version)
    return Draft202012Validator(schema, validate_formats=True), schema
