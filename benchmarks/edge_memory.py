"""Whether a worker's memory stays flat: `uv run python benchmarks/edge_memory.py [--events 2000000] [--json]`.

Batches of 500 and single events take turns on one worker, while a drain deletes what it stored, as delivery would, so
that the disk does not fill. Resident memory is sampled throughout. Warm means after 500,000 events, when the window of
duplicates (250,000 ids) was filled twice. Ends with 1 when memory then leaves ±10 % or ever passes 150 MB.
"""

import argparse
import json
import shutil
import sqlite3
import tempfile
import threading
from pathlib import Path

from edge import BATCH, SINGLE, Workload, measure
from edge_processes import Running, running

WARM_EVENTS = 500_000
TOLERANCE = 0.10
MAX_MEGABYTES = 150
SAMPLE_SECONDS = 0.25
TURNS = ((Workload("batches", "ours", BATCH, 500, 16), 6.0), (Workload("singles", "ours", SINGLE, 1, 64), 3.0))


class Watch(threading.Thread):
    """Samples the worker's memory and deletes what it stored."""

    def __init__(self, server: Running, spool: Path) -> None:
        super().__init__(daemon=True)
        self._server = server
        self._spool = spool
        self._over = threading.Event()
        self.samples: list[tuple[int, float]] = []
        """Events accepted so far and megabytes."""

    def run(self) -> None:
        database = sqlite3.connect(self._spool, timeout=30.0, isolation_level=None)
        while not self._over.wait(SAMPLE_SECONDS):
            ((events,),) = database.execute("SELECT total(count) FROM ledger WHERE stage = 'accepted'")
            self.samples.append((int(events), self._server.resident_megabytes()))
            database.execute("DELETE FROM blocks")
        database.close()

    def stop(self) -> None:
        self._over.set()
        self.join()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    arguments = parser.parse_args()
    wrk, single_events = shutil.which("wrk"), 0.0
    with tempfile.TemporaryDirectory(prefix="edge-memory-") as scratch:
        data_dir = Path(scratch) / "data"
        with running("ours", data_dir) as server:
            watch = Watch(server, data_dir / "spool" / "spool-0.db")
            before = server.resident_megabytes()
            watch.start()
            while not watch.samples or watch.samples[-1][0] < arguments.events:
                for workload, seconds in TURNS:
                    result = measure(workload, server, Path(scratch), seconds, None, wrk)
                    single_events += result["rps"] * seconds if workload.events == 1 else 0
                events, megabytes = watch.samples[-1]
                print(f"{events:10,} events, {single_events:,.0f} of them single: {megabytes:6.1f} MB", flush=True)
            watch.stop()
    warm = [megabytes for events, megabytes in watch.samples if events >= WARM_EVENTS]
    figures = {
        "events": watch.samples[-1][0],
        "single_events": round(single_events),
        "samples": len(watch.samples),
        "idle_mb": round(before, 1),
        "warm_mb": round(warm[0], 1),
        "min_mb": round(min(warm), 1),
        "max_mb": round(max(warm), 1),
        "end_mb": round(warm[-1], 1),
        "max_per_warm": round(max(warm) / warm[0], 3),
        "min_per_warm": round(min(warm) / warm[0], 3),
    }
    flat = max(warm) <= warm[0] * (1 + TOLERANCE) and min(warm) >= warm[0] * (1 - TOLERANCE)
    small = max(megabytes for _, megabytes in watch.samples) < MAX_MEGABYTES
    print(f"flat within ±{TOLERANCE:.0%}: {flat}; under {MAX_MEGABYTES} MB: {small}; {figures}")
    if arguments.json:
        print(json.dumps({**figures, "flat": flat, "small": small}))
    return 0 if flat and small else 1


if __name__ == "__main__":
    raise SystemExit(main())
