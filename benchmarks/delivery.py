"""Draining a spool to the loopback Firehose endpoint, beside boto3's own ceiling for the same bytes.

`uv run python benchmarks/delivery.py --quick --json`. Both sides make the same calls with the same client and
the same threads, in turns; the ceiling has its records ready in memory and nothing to delete.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from game_events_api import ledger
from game_events_api.delivery.engine import Engine
from game_events_api.delivery.firehose_sink import FirehoseSink
from game_events_api.delivery.packing import base64_size, billed, fits_a_call, into_records
from game_events_api.delivery.transport import BotoTransport, ThreadedCalls
from game_events_api.ledger_key import LedgerKey
from game_events_api.spool.ddl import open_for_writing
from game_events_api.spool.rows import add_block
from game_events_api.spool.spool_file import SpoolFile
from game_events_devtools.firehose_emulator import FirehoseEndpoint

THREADS = 4
BLOCK_EVENTS = 430
LINE_BYTES = 600
HOUR = "2026-11-20T12"


@dataclass(frozen=True)
class Run:
    seconds: float
    cpu_seconds: float


class Discard:
    """A destination that costs nothing, so that the client is what is measured."""

    def put(self, bucket: str, key: str, data: bytes) -> None:
        """Forget it."""


def stored_line(number: int) -> bytes:
    head = (
        f'{{"received_at":"{HOUR}:00:00.000000Z","effective_time":"{HOUR}:00:00.000000Z","correlation_id":"c-{number}",'
        f'"key_id":"k1","ingested_by":"game-events-api/0.1.0","schema":"install/1-0-0","event":{{"event_id":'
        f'"019ab1c2-7f00-7000-8000-{number:012x}","game_id":"chess","event_type":"install","padding":"'
    ).encode()
    return head + b"x" * (LINE_BYTES - len(head) - 4) + b'"}}\n'


def fill(path: Path, events: int) -> None:
    """Blocks as the edge writes them under load."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(open_for_writing(path)) as db:
        for first in range(0, events, BLOCK_EVENTS):
            lines = [stored_line(number) for number in range(first, min(first + BLOCK_EVENTS, events))]
            add_block(db, "events", 0.0, {LedgerKey("chess", "install", "1-0-0", HOUR): len(lines)}, b"".join(lines))


@contextmanager
def endpoint() -> Iterator[str]:
    """The development endpoint in a process of its own."""
    process = subprocess.Popen([sys.executable, __file__, "--endpoint"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


def transport(url: str) -> BotoTransport:
    return BotoTransport(endpoint_url=url, region="us-east-1", threads=THREADS, connect_timeout=3.0, read_timeout=20.0)


def ceiling(spool: Path, url: str) -> Run:
    """boto3 alone: the same records in the same calls, all in memory."""
    with closing(SpoolFile(spool, ["firehose"], time.time)) as file:
        blocks = [(block.events, block.data) for block in file.read("firehose", "events", max_bytes=sys.maxsize)]
    sizes = ((events, len(data)) for events, data in blocks)
    records = [b"".join(data for _, data in blocks[first:last]) for first, last in into_records(sizes)]
    calls: list[list[bytes]] = [[]]
    size = 0
    for record in records:
        if not fits_a_call(len(calls[-1]), size, len(record)):
            calls.append([])
            size = 0
        calls[-1].append(record)
        size += base64_size(len(record))
    client = transport(url)
    client.put("game-events", [b"warm\n"])
    started, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(THREADS) as pool:
        for answer in pool.map(lambda call: client.put("game-events", call), calls):
            assert answer["FailedPutCount"] == 0
    return Run(time.perf_counter() - started, time.process_time() - cpu)


class Weighing:
    """Adds up what the records would be billed."""

    def __init__(self, inner: BotoTransport) -> None:
        self._inner = inner
        self._lock = threading.Lock()
        self.billed = 0

    def put(self, stream: str, records: list[bytes]) -> Mapping[str, Any]:
        with self._lock:
            self.billed += sum(billed(len(record)) for record in records)
        return self._inner.put(stream, records)


def drain(data_dir: Path, url: str) -> tuple[Run, int]:
    """The real engine until nothing waits; its time, and the bytes billed."""
    inner = transport(url)
    inner.put("game-events", [b"warm\n"])
    weighing = Weighing(inner)
    wake = threading.Event()
    sink = FirehoseSink(
        ThreadedCalls(weighing, threads=THREADS, on_done=wake.set, deadline=300.0),
        streams={"events": "game-events", "rejected": "game-events-rejected"},
        threads=THREADS,
        rng=random.Random(0),
    )
    engine = Engine(data_dir, [sink], shutdown=600.0, wake=wake)
    engine.stop()  # drain what is there and return
    started, cpu = time.perf_counter(), time.process_time()
    engine.run()
    run = Run(time.perf_counter() - started, time.process_time() - cpu)
    engine.close()
    assert ledger.waiting(data_dir) == 0
    return run, weighing.billed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="200,000 events instead of 1,000,000")
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--endpoint", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.endpoint:
        with FirehoseEndpoint(Discard()) as running:
            print(running.url, flush=True)
            threading.Event().wait()
        return
    os.environ |= {"AWS_ACCESS_KEY_ID": "benchmark", "AWS_SECRET_ACCESS_KEY": "benchmark"}
    events = 200_000 if arguments.quick else 1_000_000
    ceilings: list[Run] = []
    drains: list[Run] = []
    weight = 0
    with tempfile.TemporaryDirectory() as folder, endpoint() as url:
        full = Path(folder) / "full.db"
        fill(full, events)
        for number in range(arguments.rounds):
            ceilings.append(ceiling(full, url))
            data_dir = Path(folder) / str(number)
            (data_dir / "spool").mkdir(parents=True)
            shutil.copy(full, data_dir / "spool" / "worker-0.db")
            run, weight = drain(data_dir, url)
            drains.append(run)
            shutil.rmtree(data_dir)
    ours = statistics.median(events / run.seconds for run in drains)
    limit = statistics.median(events / run.seconds for run in ceilings)
    result = {
        "events": events,
        "events_per_s": round(ours),
        "boto3_ceiling_events_per_s": round(limit),
        "ratio": round(ours / limit, 3),
        "cpu_us_per_event": round(statistics.median(run.cpu_seconds for run in drains) / events * 1e6, 2),
        "boto3_cpu_us_per_event": round(statistics.median(run.cpu_seconds for run in ceilings) / events * 1e6, 2),
        "billed_bytes_ratio": round(events * billed(LINE_BYTES) / weight, 2),
    }
    for name, value in result.items():
        print(f"{name:>28}  {value:,}", file=sys.stderr if arguments.json else sys.stdout)
    if arguments.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
