"""A collector that tells a trace of each request that was let in."""

from collections.abc import Mapping
from time import perf_counter
from typing import Any

from game_events_api.admission.admit import Arrival
from game_events_api.edge.answers import Answer
from game_events_api.edge.collector import Collector, Reply
from game_events_api.errors import RequestRefused
from game_events_api.tracing import Tracing


class TracedCollector(Collector):
    def __init__(self, tracing: Tracing, **rooms: Any) -> None:
        super().__init__(**rooms)
        self._tracing = tracing
        self._parents: dict[Arrival, bytes | None] = {}
        """The traceparent header of each request that has no answer yet."""

    def begin(self, name: str, method: bytes, headers: Mapping[bytes, bytes], sender: bytes | None) -> Arrival | Answer:
        begun = super().begin(name, method, headers, sender)
        if isinstance(begun, Arrival):
            self._parents[begun] = headers.get(b"traceparent")
        return begun

    def refuse(self, arrival: Arrival, refused: RequestRefused) -> Answer:
        answer = super().refuse(arrival, refused)
        self._tell(arrival, answer)
        return answer

    def abandon(self, arrival: Arrival) -> None:
        self._parents.pop(arrival, None)
        super().abandon(arrival)

    def _reply(self, arrival: Arrival, reply: Reply, answer: Answer) -> None:
        super()._reply(arrival, reply, answer)
        self._tell(arrival, answer)

    def _tell(self, arrival: Arrival, answer: Answer) -> None:
        parent = self._parents.pop(arrival, None)
        took = perf_counter() - arrival.began
        self._tracing.answered(arrival.name, answer.status, arrival.correlation_id, parent, took)
