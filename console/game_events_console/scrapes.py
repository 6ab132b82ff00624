"""What `/metrics` of the admin port tells, as numbers, and what one reading after another comes to."""

import math
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

KEPT_SECONDS = 120.0
"""So far back a pace is measured."""
MOST = 24
APART_SECONDS = 2.0
"""Two readings that are closer tell too little: the later one is not kept."""


@dataclass(frozen=True)
class Histogram:
    """How many values each bucket took, by its upper bound, the last one without a bound. Bounds rise."""

    buckets: Mapping[float, float]

    @property
    def count(self) -> float:
        return sum(self.buckets.values())

    @property
    def last_bound(self) -> float:
        return max((bound for bound in self.buckets if not math.isinf(bound)), default=0.0)

    def since(self, earlier: "Histogram") -> "Histogram":
        """What was counted after that; nothing where counting began anew."""
        return Histogram({bound: max(n - earlier.buckets.get(bound, 0.0), 0.0) for bound, n in self.buckets.items()})

    def quantile(self, part: float) -> float | None:
        """The value that `part` (above 0, at most 1) of all stay under, as `histogram_quantile` of Prometheus tells it.

        Within a bucket values are taken to be spread evenly. `math.inf` where it is above the last bound, None where
        nothing was counted.
        """
        below = [0.0, *accumulate(self.buckets.values())]
        if not (wanted := part * below[-1]):
            return None
        place = bisect_left(below, wanted) - 1
        bounds = [0.0, *self.buckets]
        lower, upper = bounds[place : place + 2]
        if math.isinf(upper):
            return upper
        return lower + (upper - lower) * (wanted - below[place]) / (below[place + 1] - below[place])


class Scrape:
    """One answer of `/metrics`. What it does not hold counts as nothing."""

    def __init__(self, text: str) -> None:
        self._families = {family.name: family for family in text_string_to_metric_families(text)}

    def by(self, name: str, label: str, **wanted: str) -> dict[str, float]:
        """The sums of a counter or gauge by one label, of the series whose other labels are as wanted."""
        sums: dict[str, float] = {}
        for labels, value in self._samples(name):
            if all(labels.get(one) == text for one, text in wanted.items()):
                sums[labels.get(label, "")] = sums.get(labels.get(label, ""), 0.0) + value
        return sums

    def total(self, name: str, **wanted: str) -> float:
        return sum(self.by(name, "", **wanted).values())

    def labels(self, name: str) -> Mapping[str, str]:
        """Of the first series."""
        return next((labels for labels, _ in self._samples(name)), {})

    def histogram(self, name: str, **wanted: str) -> Histogram:
        """Of all series with these labels together."""
        below: dict[float, float] = {}
        for sample in self._family(name).samples:
            if sample.name == f"{name}_bucket" and all(sample.labels.get(one) == is_ for one, is_ in wanted.items()):
                bound = float(sample.labels["le"])
                below[bound] = below.get(bound, 0.0) + sample.value
        rising = [(0.0, 0.0), *sorted(below.items())]
        return Histogram({bound: number - before for (_, before), (bound, number) in pairwise(rising)})

    def values_of(self, name: str, label: str) -> list[str]:
        """All values that a label has in a histogram."""
        return sorted({one.labels[label] for one in self._family(name).samples if label in one.labels})

    def _samples(self, name: str) -> Iterator[tuple[Mapping[str, str], float]]:
        for sample in self._family(name).samples:
            yield sample.labels, sample.value

    def _family(self, name: str) -> Metric:
        return self._families.get(name) or Metric(name, "", "untyped")


@dataclass(frozen=True)
class Reading:
    at: float
    """In Unix seconds."""
    scrape: Scrape

    @property
    def accepted(self) -> float:
        return self.scrape.total("game_events_events", stage="accepted")


class Readings:
    """The latest scrapes of whoever looked, so that two of them make a pace."""

    def __init__(self) -> None:
        self._kept: deque[Reading] = deque(maxlen=MOST)

    def take(self, reading: Reading) -> Sequence[Reading]:
        """Those of the last two minutes, oldest first, this one last."""
        while self._kept and not 0 <= reading.at - self._kept[0].at <= KEPT_SECONDS:
            self._kept.popleft()
        told = [one for one in self._kept if reading.at - one.at >= APART_SECONDS]
        if len(told) == len(self._kept):
            self._kept.append(reading)
        return [*told, reading]


def paces(readings: Sequence[Reading]) -> list[tuple[float, float]]:
    """Events a second that were accepted up to each reading, from the one before it; none of a single one."""
    return [
        (later.at, max(later.accepted - earlier.accepted, 0.0) / (later.at - earlier.at))
        for earlier, later in pairwise(readings)
    ]
