"""Which entries share a commit, and when they are handed over. Pure.

A commit costs as much for one request as for fifty, and senders that were answered together send again one
after the other: so a group waits, a little, to become as large as the last.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence

import msgspec

from game_events_api.errors import SpoolUnavailable
from game_events_api.ledger_key import LedgerKey
from game_events_api.spool.chunk import Chunk

GROUP_BYTES = 8 * 1024 * 1024  # a group larger than this makes its first request wait for strangers
GATHER_SECONDS = 0.002  # how long a group may wait to become as large as the last
ENOUGH_COMPANY = 32  # so many share a commit's fixed cost, about 300 CPU µs; the others use its wait for the disk

Done = Callable[[SpoolUnavailable | None], None]


class Entry(msgspec.Struct, frozen=True, gc=False):
    """What one request stores: all of it or nothing."""

    events: Sequence[Chunk]
    rejected: Sequence[Chunk] = ()
    duplicates: Mapping[LedgerKey, int] = {}
    dropped: Mapping[LedgerKey, int] = {}
    """Rejected and not kept."""

    @property
    def size(self) -> int:
        size = 0
        for chunk in self.events:
            size += len(chunk.data)
        for chunk in self.rejected:
            size += len(chunk.data)
        return size


class Storing(msgspec.Struct):
    """An entry on its way to the disk."""

    entry: Entry
    size: int
    done: Done
    finished: bool = False
    error: SpoolUnavailable | None = None

    @property
    def stored(self) -> bool:
        """Whether it is on disk by now."""
        return self.finished and self.error is None


class Grouping:
    """At most one group is being written; what comes meanwhile waits for the next."""

    def __init__(self) -> None:
        self.waiting: deque[Storing] = deque()
        self.writing = False
        self._last = 1

    def delay(self) -> float | None:
        """Seconds for which the next group may still gather, negative when it is full; None when there is none yet.

        A lone sender's does not gather.
        """
        waiting = len(self.waiting)
        if self.writing or not waiting:
            return None
        if waiting >= min(max(self._last, 2), ENOUGH_COMPANY):
            return -1.0
        return GATHER_SECONDS if self._last > 1 or waiting > 1 else 0.0

    def begin(self) -> list[Storing] | None:
        """The group to write now, until `end`; None while another is being written or nothing waits."""
        if self.writing or not self.waiting:
            return None
        self.writing = True
        group = self.take()
        self._last = len(group)
        return group

    def end(self) -> None:
        self.writing = False

    def take(self) -> list[Storing]:
        """The oldest that share a commit; empty when nothing waits."""
        group: list[Storing] = []
        size = 0
        while self.waiting and size < GROUP_BYTES:
            group.append(self.waiting.popleft())
            size += group[-1].size
        return group
