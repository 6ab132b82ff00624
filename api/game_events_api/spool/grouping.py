"""What one request stores, which entries share a commit, and when they are handed over. Pure.

A commit costs as much for one request as for fifty, and senders that were answered together send again one
after the other: so a group waits, a little, to become as large as the last.
"""

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence

import msgspec

from game_events_api.errors import SpoolUnavailable
from game_events_api.ledger_key import LedgerKey

MAX_LINES = 500  # Firehose's de-aggregation breaks above 500 events a record
MAX_BYTES = 256 * 1024  # so that blocks of several requests still fit one Firehose record of 1,000 KiB
GROUP_BYTES = 8 * 1024 * 1024  # a group larger than this makes its first request wait for strangers
GATHER_SECONDS = 0.002  # how long a group may wait to become as large as the last
ENOUGH_COMPANY = 32  # so many share a commit's fixed cost, about 300 CPU µs; the others use its wait for the disk

Done = Callable[[SpoolUnavailable | None], None]


class Chunk(msgspec.Struct, frozen=True, gc=False):
    """NDJSON of at most MAX_LINES lines and MAX_BYTES bytes, unless one line alone is larger."""

    data: bytes
    lines: int
    counts: Mapping[LedgerKey, int]


class Entry(msgspec.Struct, frozen=True, gc=False):
    """What one request stores: all of it or nothing."""

    events: Sequence[Chunk]
    rejected: Sequence[Chunk] = ()
    duplicates: Mapping[LedgerKey, int] = {}
    reused_ids: Mapping[LedgerKey, int] = {}
    """Of the events, those whose game had sent another one under the same id."""
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

    def __init__(self, max_pending_bytes: int) -> None:
        self.delay: float | None = None
        """Seconds for which the next group may gather, 0 for a lone sender's, negative when it is full.

        None while there is none: nothing waits, or a group is being written.
        """
        self._waiting: deque[Storing] = deque()
        self._writing = False
        self._last = 1
        self._max_pending_bytes = max_pending_bytes
        self._pending_bytes = 0

    def add(self, entry: Entry, done: Done) -> Storing:
        """SpoolUnavailable when too much is pending."""
        storing = Storing(entry, entry.size, done)
        if self._pending_bytes + storing.size > self._max_pending_bytes:
            raise SpoolUnavailable("the disk does not keep up with what is being sent")
        self._pending_bytes += storing.size
        self._waiting.append(storing)
        self._see()
        return storing

    def begin(self) -> list[Storing] | None:
        """The group to write now, until `end`; None while another is being written or nothing waits."""
        if self._writing or not self._waiting:
            return None
        self._writing, self.delay = True, None
        group = self.take()
        self._last = len(group)
        return group

    def end(self, group: list[Storing]) -> None:
        """It is on disk, or never will be."""
        self._writing = False
        self._pending_bytes -= sum([storing.size for storing in group])
        self._see()

    def take(self) -> list[Storing]:
        """The oldest that share a commit; empty when nothing waits."""
        group: list[Storing] = []
        size = 0
        while self._waiting and size < GROUP_BYTES:
            group.append(self._waiting.popleft())
            size += group[-1].size
        return group

    def _see(self) -> None:
        waiting = len(self._waiting)
        if self._writing or not waiting:
            self.delay = None
        elif waiting >= min(max(self._last, 2), ENOUGH_COMPANY):
            self.delay = -1.0
        else:
            self.delay = GATHER_SECONDS if self._last > 1 or waiting > 1 else 0.0


def chunks(lines: Sequence[bytes], keys: Sequence[LedgerKey]) -> list[Chunk]:
    """Pack lines, in order, into as few chunks as halving finds; `keys[i]` is the ledger's key of `lines[i]`."""
    if not lines:
        return []
    if len(lines) == 1:
        return [Chunk(lines[0], 1, {keys[0]: 1})]
    if len(lines) <= MAX_LINES and sum(map(len, lines)) <= MAX_BYTES:
        return [Chunk(b"".join(lines), len(lines), Counter(keys))]
    middle = len(lines) // 2
    return chunks(lines[:middle], keys[:middle]) + chunks(lines[middle:], keys[middle:])


def merge(chunks: Sequence[Chunk]) -> list[Chunk]:
    """Neighbouring chunks put together as long as the limits hold."""
    merged: list[Chunk] = []
    together: list[Chunk] = []
    lines = size = 0
    for chunk in chunks:
        if together and (lines + chunk.lines > MAX_LINES or size + len(chunk.data) > MAX_BYTES):
            merged.append(_joined(together))
            together, lines, size = [], 0, 0
        together.append(chunk)
        lines += chunk.lines
        size += len(chunk.data)
    if together:
        merged.append(_joined(together))
    return merged


def _joined(chunks: list[Chunk]) -> Chunk:
    if len(chunks) == 1:
        return chunks[0]
    counts: dict[LedgerKey, int] = {}
    for chunk in chunks:
        for key, count in chunk.counts.items():
            counts[key] = counts.get(key, 0) + count
    return Chunk(b"".join([chunk.data for chunk in chunks]), sum(chunk.lines for chunk in chunks), counts)
