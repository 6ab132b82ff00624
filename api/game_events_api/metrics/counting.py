"""One process's counts, in memory: plain numbers on the hot path, which a snapshot takes along."""

import sys
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from game_events_api.metrics import definitions
from game_events_api.metrics.definitions import Definition
from game_events_api.metrics.snapshots import Buckets, Series, Snapshot

Key = tuple[Definition, *tuple[str | int, ...]]
"""A definition and the values of its labels."""


class Metrics:
    """`process` names this process among those that share a data folder."""

    def __init__(self, process: str = "worker", wall: Callable[[], float] = time.time) -> None:
        self.process = process
        self.counts = Counter[Key]()
        self._histograms: dict[Key, list[int]] = {}
        self._sums = Counter[Key]()
        self._read: dict[Key, Callable[[], float]] = {}
        self._earlier = Snapshot()
        self._wall = wall
        self._started = wall()

    def observe(self, definition: Definition, label: str, value: float, times: int = 1) -> None:
        """Put a value into a histogram."""
        counts = self._histograms.get((definition, label))
        if counts is None:
            counts = self._histograms[definition, label] = [0] * (len(definition.bounds) + 1)
        counts[bisect_left(definition.bounds, value)] += times
        self._sums[definition, label] += value * times  # type: ignore[assignment] # a Counter adds up floats as well

    def read(self, definition: Definition, value: Callable[[], float], *labels: str) -> None:
        """Ask for it at every snapshot: a gauge, or a counter that somebody else keeps."""
        self._read[definition, *labels] = value

    def go_on_from(self, earlier: Snapshot) -> None:
        """What a process of the same name had counted when it died counts on."""
        self._earlier = earlier

    def snapshot(self) -> Snapshot:
        """All that was counted under this name; gauges as they are now."""
        series: dict[Series, float] = {_series(key): float(number) for key, number in list(self.counts.items())}
        gauges: dict[Series, float] = {}
        for key, value in [*self._read.items(), *self._of_process()]:
            (series if key[0].kind == "counter" else gauges)[_series(key)] = float(value())
        histograms = {_series(key): Buckets(list(one), self._sums[key]) for key, one in list(self._histograms.items())}
        now = Snapshot(series, gauges, histograms, written_at=self._wall())
        return now.after(self._earlier)

    def _of_process(self) -> list[tuple[Key, Callable[[], float]]]:
        name = self.process
        return [
            ((definitions.CPU_SECONDS, name), _cpu_seconds),
            ((definitions.RESIDENT_BYTES, name), _resident_bytes),
            ((definitions.OPEN_FILES, name), _open_files),
            ((definitions.STARTED, name), lambda: self._started),
        ]


def _series(key: Key) -> Series:
    definition, *labels = key
    return (definition.name, *map(str, labels))


def _cpu_seconds() -> float:
    used = getrusage(RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _resident_bytes() -> float:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):  # no Linux: the most that it ever had
        most = getrusage(RUSAGE_SELF).ru_maxrss
        return float(most if sys.platform == "darwin" else most * 1024)
    return float(pages * 4096)


def _open_files() -> float:
    folder = Path("/proc/self/fd" if sys.platform == "linux" else "/dev/fd")
    try:
        return float(len(list(folder.iterdir())))
    except OSError:
        return 0.0
