"""What the edge takes, beside the floor of its server and the usual way.

`uv run python benchmarks/edge.py [--quick | --latency | --slow-disk MS] [--json]`: every server runs alone on one core
and the load comes from another; with two workers all share both. Rounds are interleaved, so that a slow minute of the
machine meets all of them; figures are medians. The last line with --json is one object.

A latency is also given in floor requests, the time the floor takes for one: milliseconds compare no two machines, nor
two hours of one that shares its processor.
"""

import argparse
import json
import math
import os
import resource
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge_bodies import check, template_file
from edge_processes import HERE, LOAD_CORE, NGINX, SERVER_CORE, STRACE, Running, running

OPEN_LOOP_SHARE = 0.7
WORK_FLOOR = "work floor"


@dataclass(frozen=True)
class Workload:
    name: str
    server: str
    path: str
    events: int
    connections: int
    rate_of: str | None = None
    """Open loop at 70 % of what this other workload reached in the same round."""

    @property
    def shares_cores(self) -> bool:
        return self.server.startswith("ours ")


Round = dict[str, dict[str, float]]
"""Figures by workload."""

SINGLE, BATCH = "/v1/events/install", "/v1/events/batch"
FLOOR = Workload("floor", "floor", SINGLE, 1, 64)
OURS = Workload("single", "ours", SINGLE, 1, 64)
LATENCY = [
    FLOOR,
    Workload("floor at 70 %", "floor", SINGLE, 1, 64, rate_of="floor"),
    OURS,
    Workload("single at 70 %", "ours", SINGLE, 1, 64, rate_of="single"),
]
THROUGHPUT = [
    Workload("batch500", "ours", BATCH, 500, 16),
    Workload("fastapi single", "fastapi", SINGLE, 1, 64),
    Workload("fastapi batch500", "fastapi", BATCH, 500, 16),
]
QUICK = [FLOOR, OURS, *THROUGHPUT]
FULL = [
    *LATENCY,
    *THROUGHPUT,
    Workload("nginx", "nginx", SINGLE, 1, 64),
    Workload("floor batch500", "floor", BATCH, 500, 16),
    Workload("single, 1 connection", "ours", SINGLE, 1, 1),
    Workload("single, 32 connections", "ours", SINGLE, 1, 32),
    Workload("single, 256 connections", "ours", SINGLE, 1, 256),
    Workload("batch100", "ours", BATCH, 100, 16),
    Workload("single, 1 worker, 2 cores", "ours 1", SINGLE, 1, 64),
    Workload("batch500, 1 worker, 2 cores", "ours 1", BATCH, 500, 16),
    Workload("single, 2 workers", "ours 2", SINGLE, 1, 64),
    Workload("batch500, 2 workers", "ours 2", BATCH, 500, 16),
]


def slow_disk(milliseconds: float) -> list[Workload]:
    """What longer fsyncs leave of it; the delay of 0 shows what injecting costs by itself."""
    servers = {
        "ours": "",
        "slow disk 0": ", injecting nothing",
        f"slow disk {milliseconds:g}": f", +{milliseconds:g} ms",
    }
    return [
        FLOOR,
        *(
            workload
            for server, note in servers.items()
            for workload in (
                Workload(f"single, 64{note}", server, SINGLE, 1, 64),
                Workload(f"single, 256{note}", server, SINGLE, 1, 256),
                Workload(f"batch500{note}", server, BATCH, 500, 16),
            )
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--quick", action="store_true", help="the figures of the --json object only, in under 2 minutes"
    )
    parser.add_argument("--latency", action="store_true", help="only single events, at full load and at 70 % of it")
    parser.add_argument("--slow-disk", type=float, metavar="MS", help="with MS milliseconds more for every fsync")
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    parser.add_argument("--rounds", type=int, help="5, or 3 with --quick")
    parser.add_argument("--seconds", type=float, help="of each workload in each round: 5, or 3 with --quick")
    parser.add_argument(
        "--python-load", action="store_true", help="the Python load generator even where wrk is installed"
    )
    arguments = parser.parse_args()
    workloads = QUICK if arguments.quick else LATENCY if arguments.latency else FULL
    if arguments.slow_disk is not None:
        if STRACE is None:
            raise SystemExit("--slow-disk needs strace")
        workloads = slow_disk(arguments.slow_disk)
    if NGINX is None:
        workloads = [workload for workload in workloads if workload.server != "nginx"]
    wrk = None if arguments.python_load else shutil.which("wrk")
    rounds = arguments.rounds or (3 if arguments.quick else 5)
    seconds = seconds_that_can_be_timed(arguments.seconds or (3.0 if arguments.quick else 5.0), wrk)
    print(
        f"load from {'wrk' if wrk else 'benchmarks/edge_load.py'}; {rounds} rounds of {seconds:g} s;"
        f" load average before: {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    with tempfile.TemporaryDirectory(prefix="edge-benchmark-") as scratch:
        taken = [one_round(workloads, Path(scratch) / str(number), seconds, wrk) for number in range(rounds)]
    medians = {
        name: {field: statistics.median(figures[name][field] for figures in taken) for field in taken[0][name]}
        for name in taken[0]
    }
    report(workloads, medians)
    if arguments.json:
        print(json.dumps(summary(medians) if "fastapi single" in medians else medians))


def seconds_that_can_be_timed(seconds: float, wrk: str | None) -> float:
    """wrk takes whole seconds only."""
    return math.ceil(seconds) if wrk else seconds


def one_round(workloads: list[Workload], scratch: Path, seconds: float, wrk: str | None) -> Round:
    figures: Round = {}
    scratch.mkdir()
    for server in dict.fromkeys(workload.server for workload in workloads):
        with running(server, scratch / server.replace(" ", "-")) as process:
            for workload in workloads:
                if workload.server == server:
                    rate = OPEN_LOOP_SHARE * figures[workload.rate_of]["rps"] if workload.rate_of else None
                    figures[workload.name] = measure(workload, process, scratch, seconds, rate, wrk)
    if any(workload.name == "batch500" for workload in workloads):
        figures[WORK_FLOOR] = work_floor(scratch, seconds)
    return figures


def work_floor(scratch: Path, seconds: float) -> dict[str, float]:
    """What decoding, validating and encoding the events of a batch takes by itself, on the servers' core."""
    command = [sys.executable, str(HERE / "edge_work.py"), str(template_file(scratch, 500)), str(seconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    os.sched_setaffinity(process.pid, {SERVER_CORE})
    output, _ = process.communicate()
    if process.returncode:
        raise SystemExit("the work floor could not be measured")
    figures: dict[str, float] = json.loads(output)
    return figures


def report(workloads: list[Workload], medians: dict[str, dict[str, float]]) -> None:
    floor = medians["floor"]["rps"]
    columns = ("requests/s", "× floor", "events/s", "p50 ms", "p99 ms", "RSS MB", "CPU µs", "load's", "stolen %")
    print(f"{'':32}" + "".join(f"{column:>11}" for column in columns))
    for workload in workloads:
        result = medians[workload.name]
        print(
            f"{workload.name:32}{result['rps']:11,.0f}{result['rps'] / floor:11.3f}"
            f"{result['rps'] * workload.events:11,.0f}"
            f"{result['p50_ms']:11.1f}{result['p99_ms']:11.1f}{result['rss_mb']:11.0f}"
            f"{result['cpu_us']:11.1f}{result['load_cpu_us']:11.1f}{result['stolen_percent']:11.1f}"
        )
        if workload.rate_of:
            print(
                f"  an open loop at {result['rate']:,.0f}/s: p99.9 {result['p99.9_ms']:.1f} ms;"
                f" p99 {result['p99_ms'] / 1000 * floor:,.0f} floor requests"
            )
    if WORK_FLOOR in medians:
        print(f"decode, validate and encode alone: {medians[WORK_FLOOR]['us_per_event']:.2f} CPU µs an event")


def summary(medians: dict[str, dict[str, float]]) -> dict[str, float]:
    """The object other programs read; the ratios are what carries over to another machine."""
    floor, single = medians["floor"]["rps"], medians["single"]["rps"]
    batch, usual_batch = 500 * medians["batch500"]["rps"], 500 * medians["fastapi batch500"]["rps"]
    usual = medians["fastapi single"]["rps"]
    work, batch_us = medians[WORK_FLOOR]["us_per_event"], medians["batch500"]["cpu_us"] / 500
    figures = {
        "floor_rps": round(floor),
        "single_rps": round(single),
        "single_ratio": round(single / floor, 3),
        "fastapi_single_rps": round(usual),
        "single_per_fastapi": round(single / usual, 2),
        "batch500_events_per_s": round(batch),
        "batch500_per_floor_request": round(batch / floor, 2),
        "fastapi_batch500_events_per_s": round(usual_batch),
        "batch500_per_fastapi": round(batch / usual_batch, 2),
        "single_ratio_by_cpu": round(medians["floor"]["cpu_us"] / medians["single"]["cpu_us"], 3),
        "work_floor_us_per_event": round(work, 2),
        "batch500_us_per_event": round(batch_us, 2),
        "batch500_of_work_floor": round(work / batch_us, 3),
        "batch500_per_floor_request_by_cpu": round(500 * medians["floor"]["cpu_us"] / medians["batch500"]["cpu_us"], 2),
        "batch500_per_fastapi_by_cpu": round(medians["fastapi batch500"]["cpu_us"] / medians["batch500"]["cpu_us"], 2),
    }
    if "single at 70 %" in medians:
        p99 = medians["single at 70 %"]["p99_ms"]
        figures["single_p99_ms_at_70_percent"] = round(p99, 1)
        figures["single_p99_floor_requests_at_70_percent"] = round(p99 / 1000 * floor)
        for name in ("single", "batch500"):
            two, shared = medians[f"{name}, 2 workers"], medians[f"{name}, 1 worker, 2 cores"]
            figures[f"{name}_2_workers_per_1"] = round(two["rps"] / medians[name]["rps"], 2)
            figures[f"{name}_2_workers_per_1_on_the_same_cores"] = round(two["rps"] / shared["rps"], 2)
            # Were the load from elsewhere: two cores' worth of requests at the CPU time each of them took.
            figures[f"{name}_2_workers_per_1_by_cpu"] = round(2 * medians[name]["cpu_us"] / two["cpu_us"], 2)
    return figures


def measure(
    workload: Workload, server: Running, scratch: Path, seconds: float, rate: float | None, wrk: str | None
) -> dict[str, float]:
    template = template_file(scratch, workload.events)
    if workload.server not in ("floor", "nginx"):
        check(server, workload.path, template.read_bytes(), workload.events)
    if wrk:
        command = [
            wrk,
            "-t1",
            f"-c{workload.connections}",
            f"-d{seconds:g}s",
            "--timeout",
            "10s",
            "-s",
            str(HERE / "edge_load.lua"),
        ]
        command.append(f"http://127.0.0.1:{server.port}")
    else:
        job: dict[str, Any] = {
            "port": server.port,
            "path": workload.path,
            "template": str(template),
            "key": server.key,
            "connections": workload.connections,
            "seconds": seconds,
            "rate": rate,
        }
        command = [sys.executable, str(HERE / "edge_load.py"), json.dumps(job)]
    environment = {
        **os.environ,
        "GE_TEMPLATE": str(template),
        "GE_PATH": workload.path,
        "GE_KEY": server.key,
        "GE_RUN": secrets.token_hex(4),
        **({} if rate is None else {"GE_RATE": f"{rate:.3f}"}),
    }
    served, loaded, stolen, began = server.cpu_seconds(), children_seconds(), stolen_seconds(), time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
    if not workload.shares_cores:
        os.sched_setaffinity(process.pid, {LOAD_CORE})
    output, _ = process.communicate()
    result: dict[str, float] = json.loads(output.splitlines()[-1])
    if process.returncode or result["refused"]:
        raise SystemExit(f"{workload.name}: {result['refused']:.0f} requests were not answered 202 within 10 s")
    requests = max(1.0, result["rps"] * seconds)
    return result | {
        "cpu_us": (server.cpu_seconds() - served) * 1e6 / requests,
        "load_cpu_us": (children_seconds() - loaded) * 1e6 / requests,
        "rss_mb": server.resident_megabytes(),
        "stolen_percent": (stolen_seconds() - stolen) / (time.monotonic() - began) / (os.cpu_count() or 1) * 100,
    }


def stolen_seconds() -> float:
    """Processor time that a hypervisor gave to others while this machine had work: no server can be blamed for it."""
    return int(Path("/proc/stat").read_text().split(maxsplit=9)[8]) / os.sysconf("SC_CLK_TCK")


def children_seconds() -> float:
    """What processes that ended have used; the load generators are the only ones that end while something is timed."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
