"""Long work on the event loop, done in portions, so that nobody else waits long.

Work is a generator that yields wherever it may be interrupted, every few milliseconds at least. One portion is done
each time the loop comes round, and the owners of work, API keys, alternate: who sends much waits longer, not everybody.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Generator
from typing import TypeVar

PORTION_SECONDS = 0.005

Result = TypeVar("Result")
Work = Generator[None, None, None]


class LongWork:
    """All work that waits, by its owner."""

    def __init__(self, monotonic: Callable[[], float] = time.perf_counter, seconds: float = PORTION_SECONDS) -> None:
        self._monotonic = monotonic
        self._seconds = seconds
        self._waiting: dict[str, deque[Work]] = {}
        self._next: asyncio.Handle | None = None

    def add(self, owner: str, work: Work) -> None:
        """Have it done, from the loop's next round on. It must not raise."""
        self._waiting.setdefault(owner, deque()).append(work)
        self._go_on()

    def _do_portion(self) -> None:
        self._next = None
        until = self._monotonic() + self._seconds
        while self._waiting and self._monotonic() < until:
            owner, work = next(iter(self._waiting.items()))
            if self._is_done(work[0], until):
                work.popleft()
            del self._waiting[owner]
            if work:
                self._waiting[owner] = work  # behind the others
        self._go_on()

    def _go_on(self) -> None:
        if self._next is None and self._waiting:
            self._next = asyncio.get_running_loop().call_soon(self._do_portion)

    def _is_done(self, work: Work, until: float) -> bool:
        return all(self._monotonic() < until for _ in work)


def at_once(work: Generator[None, None, Result]) -> Result:
    """Do all of it now."""
    while True:
        try:
            next(work)
        except StopIteration as done:
            result: Result = done.value
            return result
