"""A sink that takes what any of the SDKs sends and counts it: the fake server, which knows the others' batches too."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from game_events.testing import FakeServer, body, listening


class Sink(FakeServer):
    """`arrived` counts each event by the id that its SDK gave it."""

    def __init__(self) -> None:
        super().__init__(judges=False)
        self.arrived: Counter[str] = Counter()
        self.url = ""

    def answer(self, request: httpx.Request) -> httpx.Response:
        sent = body(request)
        # segment, rudder and posthog have a list `batch`, snowplow one `data`
        others = sent.get("batch") or sent.get("data")
        events = others or sent.get("events", [sent])
        self.arrived.update(
            one.get("event_id") or one.get("messageId") or one.get("uuid") or one["eid"] for one in events
        )
        return httpx.Response(200, json={"status": 1}) if others else super().answer(request)


@contextmanager
def sink() -> Iterator[Sink]:
    """One that listens on loopback until the block ends."""
    taking = Sink()
    with listening(taking.answer) as taking.url:
        yield taking
