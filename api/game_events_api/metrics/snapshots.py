"""Counts of one process as they lie in `metrics/`: written every second, read by whoever answers a scrape.

A process that is killed has lost what it counted since; events are counted by the ledger, which loses none.
"""

import contextlib
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from game_events_api.private_files import replace_unsynced

log = logging.getLogger(__name__)
FOLDER = "metrics"
WRITE_SECONDS = 1.0
Series = tuple[str, ...]
"""The name of a metric and the values of its labels."""


@dataclass
class Buckets:
    """Of a histogram, how many values each bucket took, the last one without a bound."""

    counts: list[int]
    sum: float = 0.0

    def plus(self, other: "Buckets | None") -> "Buckets":
        if other is None or len(other.counts) != len(self.counts):  # its bounds were others
            return self
        return Buckets([one + two for one, two in zip(self.counts, other.counts, strict=True)], self.sum + other.sum)


@dataclass(frozen=True)
class Snapshot:
    counters: Mapping[Series, float] = field(default_factory=dict)
    gauges: Mapping[Series, float] = field(default_factory=dict)
    histograms: Mapping[Series, Buckets] = field(default_factory=dict)
    checks: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """What the process says of its own readiness: status and detail, by name."""
    written_at: float = 0.0
    """In Unix seconds."""

    def after(self, earlier: "Snapshot") -> "Snapshot":
        """This one, with what was counted before under the same name."""
        counters = {series: self.counters.get(series, 0.0) + number for series, number in earlier.counters.items()}
        histograms = {series: one.plus(self.histograms.get(series)) for series, one in earlier.histograms.items()}
        return replace(self, counters={**self.counters, **counters}, histograms={**self.histograms, **histograms})

    def document(self) -> dict[str, Any]:
        return {
            "written_at": self.written_at,
            "counters": [[*series, number] for series, number in self.counters.items()],
            "gauges": [[*series, number] for series, number in self.gauges.items()],
            "histograms": [[*series, one.counts, one.sum] for series, one in self.histograms.items()],
            "checks": self.checks,
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Snapshot":
        """KeyError, TypeError or ValueError for what is none."""
        return cls(
            {tuple(map(str, series)): float(number) for *series, number in document["counters"]},
            {tuple(map(str, series)): float(number) for *series, number in document["gauges"]},
            {
                tuple(map(str, series)): Buckets([int(one) for one in counts], float(total))
                for *series, counts, total in document["histograms"]
            },
            {name: (str(status), str(detail)) for name, (status, detail) in document.get("checks", {}).items()},
            float(document["written_at"]),
        )


class SnapshotFile:
    """Where the counts of one process lie."""

    def __init__(self, data_dir: Path, process: str) -> None:
        self._path = data_dir / FOLDER / f"{process}.json"
        self.failure = ""
        """Why it could not be written the last time."""
        self._due = 0.0
        self._one_at_a_time = threading.Lock()  # a scrape writes too, in a thread of its own

    def read(self) -> Snapshot:
        """An empty one where there is none, or none that can be read: it is made anew then."""
        return _read(self._path) or Snapshot()

    def keep(self, take: Callable[[], Snapshot]) -> None:
        """Called often by one thread: writes when it is time."""
        if (now := time.monotonic()) >= self._due:
            self._due = now + WRITE_SECONDS
            self.write(take())

    def write(self, snapshot: Snapshot) -> None:
        """A disk that takes nothing costs figures, never events."""
        with self._one_at_a_time:
            try:
                replace_unsynced(self._path, snapshot.document())
                self.failure = ""
            except OSError as error:
                if not self.failure:
                    log.warning("metrics cannot be written, the last ones are shown: %s", error)
                self.failure = f"{error.strerror or error}"


def snapshots(data_dir: Path) -> Iterator[tuple[str, Snapshot]]:
    """By process, of all that ever counted here."""
    with contextlib.suppress(OSError):
        for path in sorted((data_dir / FOLDER).glob("*.json")):
            if (snapshot := _read(path)) is not None:
                yield path.stem, snapshot


def _read(path: Path) -> Snapshot | None:
    try:
        return Snapshot.of(json.loads(path.read_text()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("%s holds no counts, they begin anew: %s", path, error)
        return None
