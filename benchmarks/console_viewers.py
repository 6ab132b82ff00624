"""What people who look at the live events cost the worker that takes them."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge import SINGLE, Workload, measure
from edge_processes import LOAD_CORE, Running, free_port, running
from game_events_cli.console import Open, opened

VIEWERS = 20
SHARE = 0.5
"""Of what the worker takes at most."""
SETTLE_SECONDS = 1.0
LOAD = Workload("singles", "ours", SINGLE, 1, 64)
STREAMS = """
import asyncio, json, sys
import httpx

async def look(url, key):
    headers = {"authorization": "Bearer " + key, "accept": "text/event-stream"}
    async with httpx.AsyncClient(timeout=None) as client, client.stream("GET", url, headers=headers) as answer:
        answer.raise_for_status()
        print("looks", flush=True)
        async for _ in answer.aiter_bytes():
            pass

async def main(url, key, viewers):
    await asyncio.gather(*(look(url, key) for _ in range(viewers)))

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


def cost_of_viewers(scratch: Path, rounds: int, seconds: float) -> dict[str, float]:
    """Of rounds in turn: the median of each round with viewers over the one beside it without."""
    data_dir = scratch / "edge"
    with running("ours", data_dir) as server, opened(data_dir, free_port()) as shown:
        os.sched_setaffinity(shown.process.pid, {LOAD_CORE})
        rate = SHARE * measure(LOAD, server, scratch, seconds, None, None)["rps"]
        without, beside = [], []
        for number in range(rounds):
            first_with = number % 2 == 1  # whatever grows over the time falls on both
            for looked_at in (first_with, not first_with):
                figures = _round(server, shown, scratch, seconds, rate, looked_at)
                (beside if looked_at else without).append(figures)
                print(f"  {'with' if looked_at else 'without':8}{json.dumps(figures)}", file=sys.stderr)
    return {
        "rate": rate,
        "cpu_us_without": statistics.median(one["cpu_us"] for one in without),
        "cpu_us_with": statistics.median(one["cpu_us"] for one in beside),
        "cpu_ratio": _ratio(without, beside, "cpu_us"),
        "p99_ms_without": statistics.median(one["p99_ms"] for one in without),
        "p99_ms_with": statistics.median(one["p99_ms"] for one in beside),
        "p99_ratio": _ratio(without, beside, "p99_ms"),
    }


def _ratio(without: list[dict[str, float]], beside: list[dict[str, float]], name: str) -> float:
    return statistics.median(two[name] / one[name] for one, two in zip(without, beside, strict=True))


def _round(
    server: Running, shown: Open, scratch: Path, seconds: float, rate: float, looked_at: bool
) -> dict[str, float]:
    with _viewers(shown, VIEWERS if looked_at else 0):
        figures = measure(LOAD, server, scratch, seconds, rate, None)
    return {name: round(figures[name], 2) for name in ("cpu_us", "p50_ms", "p99_ms", "rps", "stolen_percent")}


@contextmanager
def _viewers(shown: Open, viewers: int) -> Iterator[None]:
    """So many streams of the live events, each read as fast as it comes."""
    if not viewers:
        time.sleep(SETTLE_SECONDS)
        yield
        return
    url = shown.url.removesuffix("/console") + "/v1/live"
    command = [sys.executable, "-c", STREAMS, url, shown.key, str(viewers)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        os.sched_setaffinity(process.pid, {LOAD_CORE})
        assert process.stdout is not None
        for _ in range(viewers):
            process.stdout.readline()
        time.sleep(SETTLE_SECONDS)
        try:
            if process.poll() is not None:
                raise SystemExit("the viewers ended")
            yield
        finally:
            process.kill()
