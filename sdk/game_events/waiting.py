"""Events that wait for the background to send them, in memory; `disk.py` has those on disk."""

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple, Protocol

from game_events.encoding import Encoded


class Item(NamedTuple):
    """One event that waits."""

    event_id: str | None
    data: bytes
    """JSON."""
    since: float
    """When it was put in, in seconds that never go back; negative when that was before this computer started."""


class Waiting(Protocol):
    """A line of events: the first in is the first out."""

    @property
    def queued(self) -> int:
        """How many wait in memory."""

    @property
    def spooled(self) -> int:
        """How many wait on disk."""

    @property
    def size(self) -> int:
        """Bytes of JSON, of both."""

    @property
    def damaged(self) -> int:
        """How many were on disk and could not be read back."""

    def append(self, event: Encoded, now: float) -> None:
        """The last of the line."""

    def first(self, events: int, size: int) -> Sequence[Item]:
        """At most so many, of at most so many bytes together, but at least one where there is one. They stay."""

    def remove(self, items: Sequence[Item]) -> None:
        """Those that `first` gave last, or the first of them."""

    def oldest(self) -> float | None:
        """Since when the first has waited."""

    def adopt(self, now: float) -> int:
        """Take in what a process left behind that is no more; how many events."""

    def close(self) -> Sequence[Item]:
        """What waits in memory, which is gone; what waits on disk stays there."""


class MemoryQueue:
    """Gone with the process."""

    spooled = 0
    damaged = 0

    def __init__(self) -> None:
        self.queued = 0
        self.size = 0
        # No object of Python's for each event: its garbage collector would look at all of them again and again.
        self._ids: deque[str | None] = deque()
        self._data: deque[bytes] = deque()
        self._since: deque[float] = deque()

    def append(self, event: Encoded, now: float) -> None:
        self._ids.append(event.event_id)
        self._data.append(event.data)
        self._since.append(now)
        self.queued += 1
        self.size += len(event.data)

    def first(self, events: int, size: int) -> Sequence[Item]:
        return within(islice(map(Item, self._ids, self._data, self._since), events), size)

    def remove(self, items: Sequence[Item]) -> None:
        for _ in items:
            self._ids.popleft()
            self._since.popleft()
            self.size -= len(self._data.popleft())
        self.queued -= len(items)

    def oldest(self) -> float | None:
        return self._since[0] if self._since else None

    def adopt(self, now: float) -> int:
        return 0

    def close(self) -> Sequence[Item]:
        gone = self.first(self.queued, self.size + self.queued)
        self.remove(gone)
        return gone


def within(items: Iterable[Item], size: int) -> list[Item]:
    """The first of them that have at most so many bytes together, a comma for each; at least one."""
    taken: list[Item] = []
    for item in items:
        size -= len(item.data) + 1
        if size < 0 and taken:
            break
        taken.append(item)
    return taken
