"""Accepting and delivering at once: `uv run python benchmarks/pipeline.py [--seconds 60] [--json]`.

One worker has core 0; one delivery process, the loopback Firehose endpoint and the load share core 1. Events that wait
in the spool are watched meanwhile. Bounded means that over the last quarter of the time the backlog was on average not
larger than over the quarter before by more than one second's events: delivery lingers for a second, so that the backlog
is a sawtooth of at least that height, and runs under a minute say little. After the load the rest is delivered,
and nothing may be left or missing. Ends with 1 when the backlog grew or an event is not accounted for.
"""

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from delivery import endpoint
from edge import BATCH, SINGLE, Workload, measure
from edge_processes import LOAD_CORE, running
from game_events_api import ledger
from game_events_api.spool import SpoolReader

SAMPLE_SECONDS = 0.25
DRAIN_SECONDS = 600.0
LINGER_SECONDS = 1.0
BATCHES, SINGLES = Workload("batches", "ours", BATCH, 500, 16), Workload("singles", "ours", SINGLE, 1, 64)
LOADS: Mapping[str, Mapping[Workload, float]] = {
    "mixed": {BATCHES: 0.9, SINGLES: 0.1},
    "batches": {BATCHES: 1.0},
    "singles": {SINGLES: 1.0},
}
"""What runs at once; with --rate, each one's share of the events."""


@dataclass(frozen=True)
class Sample:
    at: float
    accepted: int
    delivered: int

    @property
    def backlog(self) -> int:
        return self.accepted - self.delivered


class Watch(threading.Thread):
    """Samples the spool's ledger, which is written in the same transactions as the events."""

    def __init__(self, spool: Path) -> None:
        super().__init__(daemon=True)
        self._spool = spool
        self._over = threading.Event()
        self.samples: list[Sample] = []

    def run(self) -> None:
        with SpoolReader(self._spool) as spool:
            while True:
                stages = spool.ledger()
                # A dead letter would be a defect of this benchmark; it counts as backlog and shows as a loss.
                self.samples.append(
                    Sample(time.perf_counter(), stages["accepted"].total(), stages["delivered"].total())
                )
                if self._over.wait(SAMPLE_SECONDS):
                    return

    def stop(self) -> None:
        self._over.set()
        self.join()


@contextmanager
def delivering(data_dir: Path, url: str) -> Iterator["subprocess.Popen[bytes]"]:
    """The real delivery process, on the load's core."""
    environment = {
        **os.environ,
        "GAME_EVENTS_DATA_DIR": str(data_dir),
        "GAME_EVENTS_SINK": "firehose",
        "GAME_EVENTS_FIREHOSE_ENDPOINT_URL": url,
        "GAME_EVENTS_AWS_REGION": "us-east-1",
    }
    process = subprocess.Popen([sys.executable, "-m", "game_events_api.delivery"], env=environment)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--load", choices=LOADS, default="mixed", help="batches of 500, single events, or both at once")
    parser.add_argument("--rate", type=float, help="events a second offered; without it, as many as are taken")
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    arguments = parser.parse_args()
    os.environ |= {"AWS_ACCESS_KEY_ID": "benchmark", "AWS_SECRET_ACCESS_KEY": "benchmark"}
    os.sched_setaffinity(0, {LOAD_CORE})  # and all it starts, but for the worker, which is put elsewhere
    print(f"{arguments.seconds:g} s; load average before: {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory(prefix="pipeline-benchmark-") as scratch, endpoint() as url:
        data_dir = Path(scratch) / "data"
        with running("ours", data_dir) as server, delivering(data_dir, url) as delivery:
            watch = Watch(data_dir / "spool" / "spool-0.db")

            def load(workload: Workload, share: float) -> None:
                rate = arguments.rate and arguments.rate * share / workload.events
                wrk = shutil.which("wrk")
                measure(workload, server, Path(scratch), arguments.seconds, rate, wrk)

            watch.start()
            parts = LOADS[arguments.load]
            with ThreadPoolExecutor(len(parts)) as pool:
                list(pool.map(load, parts, parts.values()))
            watch.stop()
            latest = time.monotonic() + DRAIN_SECONDS
            ended = time.perf_counter()
            while (left := ledger.waiting(data_dir)) and time.monotonic() < latest and delivery.poll() is None:
                time.sleep(SAMPLE_SECONDS)
            drained = time.perf_counter() - ended
            counts = ledger.read(data_dir)
            lost = counts.total("accepted") - counts.total("delivered") - left
    figures = summary(watch.samples) | {"drain_seconds": round(drained, 1), "left": left, "lost": lost}
    for name, value in figures.items():
        print(f"{name:>24}  {value:,}" if not isinstance(value, bool) else f"{name:>24}  {value}")
    if arguments.json:
        print(json.dumps(figures))
    return 0 if figures["bounded"] and not left and not lost else 1


def summary(samples: list[Sample]) -> dict[str, float]:
    """Of the time between the first event and the end of the load."""
    samples = [sample for sample in samples if sample.accepted]
    first, last = samples[0], samples[-1]
    seconds = last.at - first.at
    quarters = [
        [sample for sample in samples if number <= 4 * (sample.at - first.at) / seconds <= number + 1]
        for number in range(4)
    ]
    accepted_per_s = (last.accepted - first.accepted) / seconds
    before, after = (statistics.mean(sample.backlog for sample in quarter) for quarter in quarters[2:])
    growth = (after - before) / (seconds / 4)
    return {
        "seconds": round(seconds, 1),
        "accepted": last.accepted,
        "accepted_per_s": round(accepted_per_s),
        "delivered_per_s": round((last.delivered - first.delivered) / seconds),
        "backlog_start": first.backlog,
        "backlog_quarter": quarters[0][-1].backlog,
        "backlog_half": quarters[1][-1].backlog,
        "backlog_end": last.backlog,
        "backlog_max": max(sample.backlog for sample in samples),
        "backlog_growth_per_s": round(growth),
        "bounded": after - before <= LINGER_SECONDS * accepted_per_s,
    }


if __name__ == "__main__":
    raise SystemExit(main())
