"""What Prometheus scrapes: counted as plain integers on the hot path, turned into metrics when asked."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector


class Metrics(Collector):
    """One worker's counts."""

    def __init__(self) -> None:
        self.answers = Counter[int]()
        """On the event paths, by status."""
        self.events = Counter[str]()
        """By what became of them: accepted, duplicate or rejected."""
        self.reused_ids = 0
        """Accepted events whose game had sent another one under the same id."""
        self._gauges: dict[str, tuple[str, Callable[[], float]]] = {}
        self._counters: dict[str, tuple[str, Callable[[], float]]] = {}
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def gauge(self, name: str, description: str, value: Callable[[], float]) -> None:
        """Read `value` at every scrape."""
        self._gauges[name] = (description, value)

    def counter(self, name: str, description: str, value: Callable[[], float]) -> None:
        """Read `value`, which only grows, at every scrape."""
        self._counters[name] = (description, value)

    def collect(self) -> Iterator[Metric]:
        answers = CounterMetricFamily("game_events_answers", "Answers on the event paths, by status", labels=["status"])
        for code, count in self.answers.items():
            answers.add_metric([str(code)], count)
        yield answers
        events = CounterMetricFamily("game_events_events", "Events judged, by verdict", labels=["verdict"])
        for status, count in self.events.items():
            events.add_metric([status], count)
        yield events
        reused = "Events accepted under an id that their game had given to another"
        yield CounterMetricFamily("game_events_reused_ids", reused, value=self.reused_ids)
        for name, (description, value) in self._counters.items():
            yield CounterMetricFamily(name, description, value=value())
        for name, (description, value) in self._gauges.items():
            yield GaugeMetricFamily(name, description, value=value())

    def exposition(self) -> Any:
        return generate_latest(self._registry)
