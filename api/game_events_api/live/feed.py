"""The newest events of all workers, followed in their spool files by one thread for all who look.

A worker knows nothing of it. What delivery took before a look came to it is read from the newest lake files, where the
lake is on this machine; the rows that wait in the ring are found again by the lines themselves, so none comes twice.
"""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from game_events_api.live.sampling import Sampling
from game_events_api.live.seen import Seen
from game_events_api.sightings import text_of
from game_events_api.spool import Tail, spool_files

KEPT = 1000
FILES = 3
FILE_BYTES = 4 * 1024 * 1024
"""Packed; a larger lake file is not unpacked for the sake of its last lines."""
TEXT_BYTES = 16 * FILE_BYTES
STREAMS = ("events", "rejected")
LONGEST_LINE = 256 * 1024


class Feed:
    """Keeps the last KEPT events. `look` is called by one thread, `after` by any."""

    def __init__(self, data_dir: Path, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._data_dir = data_dir
        self._monotonic = monotonic
        self._tails: dict[Path, Tail] = {}
        self._samplings = {stream: Sampling() for stream in STREAMS}
        self._ring: deque[Seen] = deque(maxlen=KEPT)
        self._known: set[bytes] = set()
        self._number = 0
        self._lock = threading.Lock()

    def look(self, needles: Collection[bytes] = ()) -> int:
        """Take in what came since the last look; how many events of it are shown.

        Lines that hold one of the `needles` are taken in whatever is sampled.
        """
        before = self._number
        for tail in self._follow():
            self._begin(tail)
        found = [(tail, *tail.fresh()) for tail in self._tails.values()]
        came = Counter[str]()
        for _, heads, _ in found:
            for head in heads:
                came[head.stream] += head.events
        for stream, sampling in self._samplings.items():
            sampling.came(came[stream], self._monotonic())
        for tail, heads, missed in found:
            if missed:
                self._take_in_from_lake(tail)
            for head in heads:
                if head.stream in self._samplings:
                    chosen = self._samplings[head.stream].chosen(head.events)
                    if chosen or needles:
                        self._take_in(head.stream, tail.lines_of(head.id), chosen, needles)
        return self._number - before

    def after(self, number: int) -> list[Seen]:
        """Those that came behind the one of this number, oldest first."""
        with self._lock:
            newer = [seen for seen in reversed(self._ring) if seen.number > number]
        return newer[::-1]

    def numbered(self, number: int) -> Seen | None:
        return next((seen for seen in self.after(number - 1) if seen.number == number), None)

    @property
    def one_in(self) -> dict[str, int]:
        """By stream."""
        return {stream: sampling.one_in for stream, sampling in self._samplings.items()}

    @property
    def per_second(self) -> float:
        return sum(sampling.per_second for sampling in self._samplings.values())

    def close(self) -> None:
        """Leave the files alone until somebody looks again; what was seen stays."""
        for tail in self._tails.values():
            tail.close()
        self._tails.clear()

    def _follow(self) -> list[Tail]:
        """Those that are new."""
        standing = set(spool_files(self._data_dir))
        for path, tail in list(self._tails.items()):
            if path not in standing or not tail.stands:
                self._tails.pop(path).close()
        opened = []
        for path in sorted(standing - self._tails.keys()):
            if (new := Tail.at(path)) is not None:  # else the next look tries again
                self._tails[path] = new
                opened.append(new)
        return opened

    def _begin(self, tail: Tail) -> None:
        """With what came last before anybody looked, and nothing of it sampled."""
        heads, missed = tail.fresh()
        if missed:
            self._take_in_from_lake(tail)
        for stream in STREAMS:
            room, newest = KEPT // 2, []
            for head in reversed([head for head in heads if head.stream == stream]):
                if room <= 0:
                    break
                newest.append(head)
                room -= head.events
            for head in reversed(newest):
                self._take_in(stream, tail.lines_of(head.id), range(head.events), ())

    def _take_in(self, stream: str, lines: list[bytes], chosen: Collection[int], needles: Collection[bytes]) -> None:
        wanted = set(chosen)
        for place, line in enumerate(lines):
            if place in wanted or any(needle in line for needle in needles):
                self._add(stream, line)

    def _take_in_from_lake(self, tail: Tail) -> None:
        found: list[tuple[bytes, str, bytes]] = []
        for stream in STREAMS:
            names = tail.newest_files(stream, FILES, FILE_BYTES)
            lines = deque((line for name in reversed(names) for line in self._lake_lines(name)), maxlen=KEPT // 2)
            found += [(line[:48], stream, line) for line in lines]  # a line begins with when it was received
        for _, stream, line in sorted(found):
            self._add(stream, line)

    def _lake_lines(self, name: str) -> Iterator[bytes]:
        """Nothing where the lake is elsewhere, or the file is `reconcile`'s to name."""
        yield from (text_of(self._data_dir / "lake" / name, largest=TEXT_BYTES) or b"").splitlines()

    def _add(self, stream: str, line: bytes) -> None:
        if line in self._known or len(line) > LONGEST_LINE:
            return
        with self._lock:
            if len(self._ring) == KEPT:
                self._known.discard(self._ring[0].line)
            self._number += 1
            self._ring.append(Seen(self._number, stream, line))
            self._known.add(line)
