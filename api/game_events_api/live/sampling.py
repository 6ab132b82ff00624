"""How many of the events are shown when more come than anybody can read. Pure."""

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import accumulate, chain, repeat

WINDOW_SECONDS = 5.0
WINDOW_EVENTS = 500
"""Of one stream: up to here nothing is left out."""


class Sampling:
    """Of one stream: every one, or one in 2, 5, 10, 20, 50, …, by how many came lately."""

    def __init__(self) -> None:
        self._came: deque[tuple[float, int]] = deque()
        self._seen = 0
        self.one_in = 1

    def came(self, events: int, now: float) -> None:
        """So many more, at a time in seconds."""
        if events:
            self._came.append((now, events))
        while self._came and self._came[0][0] <= now - WINDOW_SECONDS:
            self._came.popleft()
        self.one_in = next(step for step in _steps() if step * WINDOW_EVENTS >= self._lately)

    def chosen(self, events: int) -> list[int]:
        """Which of the next so many are shown, by their places."""
        first = -self._seen % self.one_in
        self._seen += events
        return list(range(first, events, self.one_in))

    @property
    def per_second(self) -> float:
        return self._lately / WINDOW_SECONDS

    @property
    def _lately(self) -> int:
        return sum(events for _, events in self._came)


def _steps() -> Iterator[int]:
    """1, 2, 5, 10, 20, 50, …: figures that people read at a glance."""
    decades: Iterable[int] = accumulate(chain([1], repeat(10)), int.__mul__)
    return (decade * step for decade in decades for step in (1, 2, 5))
