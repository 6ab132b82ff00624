"""The SDK's fake server on a real socket, which counts what arrived."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from game_events.testing import FakeServer, body, listening


class Sink(FakeServer):
    """`arrived` counts each event_id; set `is_away` to have it answer 503."""

    def __init__(self) -> None:
        super().__init__(judges=False)
        self.arrived: Counter[str] = Counter()
        self.is_away = False
        self.url = ""

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.is_away:
            return httpx.Response(503)
        answered = super().answer(request)
        sent = body(request)
        with self._lock:
            self.arrived.update(event["event_id"] for event in sent.get("events", [sent]))
        return answered


@contextmanager
def sink() -> Iterator[Sink]:
    """One that listens on loopback."""
    taking = Sink()
    with listening(taking.answer) as taking.url:
        yield taking
