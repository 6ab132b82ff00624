"""One scrape for all workers and delivery: their snapshots, the ledger and the data folder, as Prometheus reads them.

Events are counted by the ledger, in the transaction of what became of them: these figures are exact after a crash too.
"""

import contextlib
import shutil
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import CollectorRegistry

from game_events_api.admission.key_file import KeyFile
from game_events_api.admission.key_store import KeyStore, KeysUnavailable
from game_events_api.errors import FileDamaged
from game_events_api.ledger_key import GONE, TAKEN
from game_events_api.metrics import DEFINITIONS, Definition, Snapshot, snapshots
from game_events_api.metrics import definitions as named
from game_events_api.metrics.snapshots import Buckets, Series
from game_events_api.spool import Backlog, SpoolReader, look_at_each, notes

STALE_SECONDS = 15.0
"""Gauges of a process that has written nothing for so long are left out: it is gone."""


class Exposition:
    """Counters never fall, whatever was set aside meanwhile: a file that cannot be read counts as it last did."""

    def __init__(self, data_dir: Path, keys: KeyStore | None = None, wall: Callable[[], float] = time.time) -> None:
        self._data_dir = data_dir
        self._keys = keys or KeyFile(data_dir / "keys.json")
        self._wall = wall
        self._most: defaultdict[Series, float] = defaultdict(float)
        self._one_at_a_time = threading.Lock()  # scrapes come in threads

    def text(self) -> bytes:
        """The scrape, in Prometheus' text format."""
        registry = CollectorRegistry(auto_describe=False)
        with self._one_at_a_time:
            registry.register(_Families(self._families()))
        return generate_latest(registry)

    def _families(self) -> list[Metric]:
        counters, gauges, histograms = self._merged()
        self._of_ledger(counters, gauges)
        self._of_folder(gauges)
        for series, number in counters.items():
            self._most[series] = max(self._most[series], number)
        values = {"counter": self._most, "gauge": gauges}
        families: list[Metric] = []
        for definition in DEFINITIONS:
            if definition.kind == "histogram":
                families.append(_histogram(definition, histograms))
            else:
                families.append(_simple(definition, values[definition.kind]))
        return families

    def _merged(self) -> tuple[dict[Series, float], dict[Series, float], dict[Series, Buckets]]:
        counters: Counter[Series] = Counter()
        gauges: dict[Series, float] = {(named.BUILD_INFO.name, version("game-events-api"), sys.version.split()[0]): 1.0}
        histograms: dict[Series, Buckets] = {}
        for process, snapshot in snapshots(self._data_dir):
            counters.update(snapshot.counters)
            for series, buckets in snapshot.histograms.items():
                histograms[series] = buckets.plus(histograms.get(series))
            gauges.update(self._current(process, snapshot))
        return dict(counters), gauges, histograms

    def _current(self, process: str, snapshot: Snapshot) -> dict[Series, float]:
        age = max(self._wall() - snapshot.written_at, 0.0)
        told: dict[Series, float] = {(named.REPORTED.name, process): age}
        return told if age > STALE_SECONDS else {**snapshot.gauges, **told}

    def _of_ledger(self, counters: dict[Series, float], gauges: dict[Series, float]) -> None:
        total, unreadable = Backlog(), dict[str, str]()
        for one in look_at_each(self._data_dir, SpoolReader.backlog, unreadable):
            total = total.plus(one)
        for (stage, event_type, schema_version), number in total.stages.items():
            counters[named.EVENTS.name, stage, event_type, schema_version] = float(number)
        for stream in TAKEN:
            gauges[named.WAITING_EVENTS.name, stream] = float(total.waiting[stream])
        by_stage = Counter[str]()
        for (stage, *_), number in total.stages.items():
            by_stage[stage] += number
        held = {stream: by_stage[TAKEN[stream]] - sum(by_stage[gone[stream]] for gone in GONE) for stream in TAKEN}
        gauges[named.LEDGER_DIFFERENCE.name,] = float(sum(held[stream] - total.waiting[stream] for stream in TAKEN))
        oldest = total.oldest
        gauges[named.OLDEST_SECONDS.name,] = 0.0 if oldest is None else max(self._wall() - oldest, 0.0)
        gauges[named.DEAD_LETTERS.name,] = float(total.dead_letters)
        gauges[named.UNREADABLE.name,] = float(len(unreadable))

    def _of_folder(self, gauges: dict[Series, float]) -> None:
        try:
            keys = self._keys.read()
            now = datetime.fromtimestamp(self._wall(), UTC)
            states = Counter("usable" if k.usable(now) else "revoked" if k.revoked_at else "expired" for k in keys)
            gauges.update({(named.KEYS.name, one): float(states[one]) for one in ("usable", "expired", "revoked")})
            gauges[named.KEY_FILE_FAULT.name,] = 0.0
        except (FileDamaged, KeysUnavailable, OSError):
            gauges[named.KEY_FILE_FAULT.name,] = 1.0
        gauges[named.DAMAGED_FILES.name,] = float(len(notes(self._data_dir)))
        for name in ("spool", "lake"):
            with contextlib.suppress(OSError):  # not made yet, or its mount is gone
                disk = shutil.disk_usage(self._data_dir / name)
                gauges[named.DISK_FREE.name, name] = float(disk.free)
                gauges[named.DISK_SIZE.name, name] = float(disk.total)
        with contextlib.suppress(OSError):
            built = (self._data_dir / "warehouse" / "warehouse.duckdb").stat()
            gauges[named.WAREHOUSE_BUILT.name,] = built.st_mtime


class _Families:
    """As the registry asks for them."""

    def __init__(self, families: list[Metric]) -> None:
        self._told = families

    def collect(self) -> Iterator[Metric]:
        return iter(self._told)


def _simple(definition: Definition, values: dict[Series, float] | defaultdict[Series, float]) -> Metric:
    family = CounterMetricFamily if definition.kind == "counter" else GaugeMetricFamily
    metric = family(definition.name, definition.help, labels=definition.labels)
    for (name, *labels), number in sorted(values.items()):
        if name == definition.name:
            metric.add_metric(labels, number)
    return metric


def _histogram(definition: Definition, histograms: dict[Series, Buckets]) -> Metric:
    metric = HistogramMetricFamily(definition.name, definition.help, labels=definition.labels)
    for (name, *labels), one in sorted(histograms.items()):
        if name == definition.name:
            total, buckets = 0, []
            for bound, count in zip([*map(str, definition.bounds), "+Inf"], one.counts, strict=True):
                total += count
                buckets.append((bound, float(total)))
            metric.add_metric(labels, buckets, one.sum)
    return metric
