"""What sending an event costs the program that sends it: this SDK beside others, to one sink on loopback.

`uv run python benchmarks/sdk.py [--quick] [--json]`: each SDK enqueues the same purchases in a process of its own and
flushes, in batches of 500, one after the other in every round. CPU time is that of the sending process, imports not
counted; what a purchase costs here includes its check by the schema. A bare `httpx.post` of the same bytes is the floor
of one event that is waited for. The others are the newest of PyPI, each in an environment of its own. The last line
with --json is one object; figures are medians of the rounds.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from sdk_sink import Sink, sink

PROGRAMS = Path(__file__).parent / "sdk_programs.py"
PEERS = {
    "segment": "segment-analytics-python",
    "rudder": "rudder-sdk-python",
    "posthog": "posthog",
    "snowplow": "snowplow-tracker",
}
"""By the program's name, the package that it needs."""
TARGETS = {"segment": 0.3, "posthog": 0.2, "rudder": 0.2, "snowplow": 0.6}
"""At most so much of the CPU time that they take."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="5,000 events in each of 3 rounds, in about a minute")
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    asked = parser.parse_args()
    events, singles, rounds = (5_000, 200, 3) if asked.quick else (30_000, 1_000, 7)
    runs: dict[str, list[dict[str, Any]]] = {}
    with sink() as taking:
        for number in range(rounds):
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
            for name in ("ours", "ours on disk", *PEERS):
                runs.setdefault(name, []).append(run(name, taking, events))
            for name in ("single", "bare post", "memory", "import", "import client", "import floor", "exit"):
                runs.setdefault(name, []).append(run(name, taking, singles))
    report(runs, events, as_json=asked.json)


def run(name: str, taking: Sink, events: int) -> dict[str, Any]:
    """What the program said of itself, with how many of its events arrived."""
    taking.arrived.clear()
    ours = [sys.executable]
    uv = ["uv", "run", "--quiet", "--no-project", "--isolated", "--python", sys.executable]
    python = [*uv, "--with", PEERS[name], "python"] if name in PEERS else ours
    url = "http://127.0.0.1:9" if name == "exit" else taking.url
    done = subprocess.run(
        [*python, str(PROGRAMS), name, url, str(events)],
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    if done.returncode:
        sys.exit(f"{name}: {done.stderr[-2_000:]}")
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**said, "arrived": sum(taking.arrived.values())}


def report(runs: dict[str, list[dict[str, Any]]], events: int, *, as_json: bool) -> None:
    """Print the table, and the object."""

    def median(name: str, figure: str) -> float:
        return statistics.median(float(run[figure]) for run in runs[name])

    senders = ["ours", "ours on disk", *PEERS]
    cpu = {name: round(median(name, "cpu_s") / events * 1e6, 2) for name in senders}
    wall = {name: round(median(name, "wall_s") / events * 1e6, 2) for name in senders}
    arrived = {name: min(run["arrived"] for run in runs[name]) for name in senders}
    print(f"{'':16}{'CPU µs an event':>16}{'wall':>9}{'ours is':>9}{'at most':>9}{'arrived':>9}")
    for name in senders:
        ratio, most = cpu["ours"] / cpu[name], TARGETS.get(name, "")
        print(f"{name:16}{cpu[name]:16.1f}{wall[name]:9.1f}{ratio:9.2f}{most:>9}{arrived[name]:9}")
    single = statistics.median(
        one["wall_s"] / floor["wall_s"] for one, floor in zip(runs["single"], runs["bare post"], strict=True)
    )
    single_cpu = median("single", "cpu_s") / median("bare post", "cpu_s")
    imported, of_client = (
        median(name, "cpu_s") / median("import floor", "cpu_s") for name in ("import", "import client")
    )
    memory, leaving = median("memory", "bytes_per_event"), median("exit", "exit_s")
    print(f"one event that is waited for: {single:.2f} of a bare httpx.post, by CPU {single_cpu:.2f} (at most 1.05)")
    print(f"import game_events: {imported:.2f} of import pydantic, httpx, by CPU (at most 1.2); with the client's")
    print(f"name, which loads them: {of_client:.2f}")
    print(f"memory of an event that waits: {memory:.0f} bytes (at most 1,024)")
    print(f"a process whose server is dead ends after {leaving:.2f} s (at most 2.5)")
    if as_json:
        figures = {
            "cpu_us_per_event": cpu,
            "arrived": arrived,
            "offered": events,
            "ratios": {name: round(cpu["ours"] / cpu[name], 3) for name in PEERS},
            "single_over_bare_post": round(single, 3),
            "single_over_bare_post_cpu": round(single_cpu, 3),
            "import_over_pydantic_httpx": round(imported, 3),
            "import_client_over_pydantic_httpx": round(of_client, 3),
            "bytes_per_queued_event": round(memory),
            "exit_with_dead_server_s": round(leaving, 2),
        }
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
