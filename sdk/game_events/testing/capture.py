"""Keep what clients would send, and send nothing."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import httpx

from game_events import aio, client
from game_events.aio import AsyncGameAnalyticsClient
from game_events.answers import Answer
from game_events.background import Background
from game_events.client import GameAnalyticsClient
from game_events.encoding import Encoded
from game_events.errors import Event
from game_events.outbox import Dropped, Outbox
from game_events.sending import Post
from game_events.testing.clock import NOON
from game_events.testing.server import KEY, URL, FakeServer, Reason

CONTEXT: Mapping[str, Any] = {
    "game_id": "test-game",
    "platform": "android",
    "app_version": "1.0.0",
    "environment": "sandbox",
}


class Captured:
    """What clients were given, held against the schemas as the server does it. `capture` makes one."""

    def __init__(self) -> None:
        self._server = FakeServer()
        self.client = GameAnalyticsClient(URL, KEY, background=False, **CONTEXT)
        """A client whose events share CONTEXT, for code that is given one."""
        self.async_client = AsyncGameAnalyticsClient(URL, KEY, background=False, **CONTEXT)
        """The same for asyncio."""

    @property
    def events(self) -> list[dict[str, Any]]:
        """Every event that was sent or enqueued and is valid, once, in the order of their coming."""
        return list(self._server.events)

    @property
    def rejected(self) -> list[tuple[Any, list[Reason]]]:
        """Every event that breaks its schema, with the reasons the server would give; only mappings can."""
        return list(self._server.rejected)

    def of(self, event_type: str) -> list[dict[str, Any]]:
        """The events of one type."""
        return [event for event in self._server.events if event["event_type"] == event_type]

    def clear(self) -> None:
        """Forget what was captured so far."""
        self._server = FakeServer()

    def answer(self, request: httpx.Request) -> httpx.Response:
        """What the server would say to a request."""
        return self._server.answer(request)


@contextmanager
def capture() -> Iterator[Captured]:
    """While it is open, whatever client this process has, its events are captured and none leaves the process.

    Both verbs: what is sent gets its receipt, what is enqueued is delivered at once.
    """
    captured = Captured()
    told = threading.local()
    put, background_put = Outbox.put, Background.put

    def taken(outbox: Outbox, event: Encoded, now: float) -> Dropped | None:
        """Deliver on the spot: no thread, task or flush is needed, and the counts are right."""
        dropped = put(outbox, event, now)
        outbox.hurry(now)
        while isinstance(step := outbox.next(now, alone=True), Post):
            response = captured.answer(httpx.Request("POST", URL + step.path, headers=step.headers, content=step.body))
            results = outbox.answered(Answer(response.status_code, response.headers, response.content), now, NOON)
            told.results = [*getattr(told, "results", ()), *(results or ())]
        return dropped

    def taken_and_told(background: Background, event: Event) -> str:
        told.results = []
        event_id = background_put(background, event)
        results, told.results = told.results, []
        if background._waits.on_result is not None:
            background._tell(background._waits.on_result, results)
        return event_id

    transport = httpx.MockTransport(lambda request: captured.answer(request))
    http, async_http = httpx.Client(transport=transport), httpx.AsyncClient(transport=transport)
    replaced: list[tuple[type[Any], str, Callable[..., Any]]] = [
        (client._Connection, "_usable", lambda connection: http),
        (aio._AsyncConnection, "_usable", lambda connection: async_http),
        (Outbox, "put", taken),
        (Background, "put", taken_and_told),
    ]
    with ExitStack() as stack:
        for owner, name, instead in replaced:
            stack.enter_context(mock.patch.object(owner, name, instead))
        try:
            yield captured
        finally:
            captured.client.close()
