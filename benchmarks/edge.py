"""What the edge takes, beside the floor of its server and the usual way.

`uv run python benchmarks/edge.py [--quick] [--json]`: every server runs alone on one core and the load comes from
another; rounds are interleaved, so that a slow minute of the machine meets all of them; figures are medians.
The last line with --json is one object.
"""

import argparse
import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from game_events_api.admission.keys import KeyFile
from game_events_cli.simulator import simulate

HERE = Path(__file__).resolve().parent
SERVER_CORE, LOAD_CORE = 0, max(0, (os.cpu_count() or 1) - 1)
SETTLE_SECONDS = 0.3


@dataclass(frozen=True)
class Workload:
    name: str
    server: str
    path: str
    events: int
    connections: int
    workers: int = 1
    rate_of: str | None = None
    """Open loop at 70 % of what this other workload reached."""


QUICK = [
    Workload("floor", "floor", "/v1/events/install", 1, 64),
    Workload("single", "ours", "/v1/events/install", 1, 64),
    Workload("batch500", "ours", "/v1/events/batch", 500, 16),
    Workload("fastapi single", "fastapi", "/v1/events/install", 1, 64),
    Workload("fastapi batch500", "fastapi", "/v1/events/batch", 500, 16),
]
FULL = [
    *QUICK,
    Workload("nginx", "nginx", "/v1/events/install", 1, 64),
    Workload("floor batch500", "floor", "/v1/events/batch", 500, 16),
    Workload("single, 1 connection", "ours", "/v1/events/install", 1, 1),
    Workload("single, 32 connections", "ours", "/v1/events/install", 1, 32),
    Workload("single, 256 connections", "ours", "/v1/events/install", 1, 256),
    Workload("single at 70 %", "ours", "/v1/events/install", 1, 64, rate_of="single"),
    Workload("batch100", "ours", "/v1/events/batch", 100, 16),
    Workload("single, 2 workers", "ours2", "/v1/events/install", 1, 64, workers=2),
    Workload("batch500, 2 workers", "ours2", "/v1/events/batch", 500, 16, workers=2),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--quick", action="store_true", help="the figures of the --json object only, in under 2 minutes"
    )
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    parser.add_argument(
        "--python-load", action="store_true", help="the Python load generator even where wrk is installed"
    )
    arguments = parser.parse_args()
    workloads = QUICK if arguments.quick else FULL
    wrk = None if arguments.python_load else shutil.which("wrk")
    if not shutil.which("nginx"):
        workloads = [workload for workload in workloads if workload.server != "nginx"]
    rounds, seconds = (3, 3.0) if arguments.quick else (5, 5.0)
    print(f"load from {'wrk' if wrk else 'benchmarks/edge_load.py'}; {rounds} rounds of {seconds:g} s", flush=True)
    figures: dict[str, list[dict[str, float]]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="edge-benchmark-") as scratch:
        for number in range(rounds):
            for server in dict.fromkeys(workload.server for workload in workloads):
                with running(server, Path(scratch) / f"{server}-{number}") as (port, key, process):
                    for workload in workloads:
                        if workload.server != server:
                            continue
                        rate = 0.7 * figures[workload.rate_of][-1]["rps"] if workload.rate_of else None
                        before = cpu_seconds(process.pid)
                        result = measure(workload, port, key, Path(scratch), seconds, rate, wrk)
                        spent = cpu_seconds(process.pid) - before
                        result["cpu_us"] = spent * 1e6 / max(1.0, result["rps"] * seconds)
                        result["rss_mb"] = resident_megabytes(process.pid)
                        figures[workload.name].append(result)
    medians = {
        name: {field: statistics.median(result[field] for result in results) for field in results[0]}
        for name, results in figures.items()
    }
    report(workloads, medians)
    if arguments.json:
        print(json.dumps(summary(medians)))


def report(workloads: list[Workload], medians: dict[str, dict[str, float]]) -> None:
    floor = medians["floor"]["rps"]
    print(
        f"{'':26}{'requests/s':>12}{'× floor':>9}{'events/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'RSS MB':>8}{'CPU µs':>9}"
    )
    for workload in workloads:
        result = medians[workload.name]
        print(
            f"{workload.name:26}{result['rps']:12,.0f}{result['rps'] / floor:9.3f}"
            f"{result['rps'] * workload.events:12,.0f}"
            f"{result['p50_ms']:9.1f}{result['p99_ms']:9.1f}{result['rss_mb']:8.0f}{result['cpu_us']:9.1f}"
        )


def summary(medians: dict[str, dict[str, float]]) -> dict[str, float]:
    """The object other programs read; the ratios are what carries over to another machine."""
    floor, single = medians["floor"]["rps"], medians["single"]["rps"]
    batch, usual_batch = 500 * medians["batch500"]["rps"], 500 * medians["fastapi batch500"]["rps"]
    usual = medians["fastapi single"]["rps"]
    return {
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
        "batch500_per_floor_request_by_cpu": round(500 * medians["floor"]["cpu_us"] / medians["batch500"]["cpu_us"], 2),
        "batch500_per_fastapi_by_cpu": round(medians["fastapi batch500"]["cpu_us"] / medians["batch500"]["cpu_us"], 2),
    }


def measure(
    workload: Workload, port: int, key: str, scratch: Path, seconds: float, rate: float | None, wrk: str | None
) -> dict[str, float]:
    template = scratch / f"{workload.events}.json"
    if not template.exists():
        template.write_bytes(template_of(workload.events))
    if wrk and rate is None:
        command = [wrk, "-t1", f"-c{workload.connections}", f"-d{seconds:g}s", "-s", str(HERE / "edge_load.lua")]
        command.append(f"http://127.0.0.1:{port}")
    else:
        job: dict[str, Any] = {
            "port": port,
            "path": workload.path,
            "template": str(template),
            "key": key,
            "connections": workload.connections,
            "seconds": seconds,
            "rate": rate,
        }
        command = [sys.executable, str(HERE / "edge_load.py"), json.dumps(job)]
    environment = {
        **os.environ,
        "GE_TEMPLATE": str(template),
        "GE_PATH": workload.path,
        "GE_KEY": key,
        "GE_RUN": secrets.token_hex(4),
    }
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
    if workload.workers == 1:
        os.sched_setaffinity(process.pid, {LOAD_CORE})
    output, _ = process.communicate()
    result: dict[str, float] = json.loads(output.splitlines()[-1])
    if process.returncode or result["refused"]:
        raise SystemExit(f"{workload.name}: {result['refused']} requests were not answered 202")
    return result


def template_of(count: int) -> bytes:
    """Events of the simulator with their ids left open: one install, or a batch of all kinds."""
    wanted = ("install", "purchase") if count > 1 else ("install",)
    events: list[dict[str, object]] = []
    for seed in range(100):
        for simulated in simulate(events=2_000, seed=seed, today=datetime.now(UTC).date()):
            if simulated.verdict == "accepted" and simulated.event["event_type"] in wanted:
                events.append({**simulated.event, "event_id": "@ID@"})
            if len(events) == count:
                return json.dumps(events[0] if count == 1 else {"events": events}, separators=(",", ":")).encode()
    raise SystemExit("the simulator made too few events")


@contextlib.contextmanager
def running(server: str, data_dir: Path) -> Iterator[tuple[int, str, "subprocess.Popen[bytes]"]]:
    """The server on its core with an empty spool; its data is deleted afterwards."""
    data_dir.mkdir()
    key = KeyFile(data_dir / "keys.json").create("benchmark")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    environment = {
        **os.environ,
        "GAME_EVENTS_PORT": str(port),
        "GAME_EVENTS_DATA_DIR": str(data_dir),
        "GAME_EVENTS_EVENTS_PER_SECOND": "1e9",
        "GAME_EVENTS_MAX_SPOOL_BYTES": str(1 << 40),
    }
    commands = {
        "ours": [[sys.executable, "-m", "game_events_api.worker"]],
        "ours2": [[sys.executable, "-m", "game_events_api.worker"]] * 2,
        "nginx": [["nginx", "-c", str(nginx_configuration(data_dir, port)), "-p", str(data_dir)]],
    }
    command = commands.get(server, [[sys.executable, str(HERE / "edge_servers.py"), server, str(port), str(data_dir)]])
    processes = [subprocess.Popen(arguments, env=environment, cwd=HERE.parent) for arguments in command]
    try:
        for process in processes:
            os.sched_setaffinity(process.pid, {SERVER_CORE} if len(processes) == 1 else {SERVER_CORE, LOAD_CORE})
        deadline = time.monotonic() + 30
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if time.monotonic() > deadline or processes[0].poll() is not None:
                raise SystemExit(f"{server} does not start")
            time.sleep(0.05)
        time.sleep(SETTLE_SECONDS if len(processes) == 1 else 3.0)
        yield port, key, processes[0]
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(data_dir)


def nginx_configuration(data_dir: Path, port: int) -> Path:
    path = data_dir / "nginx.conf"
    path.write_text(
        f"daemon off; worker_processes 1; pid {data_dir}/nginx.pid; error_log /dev/null;\n"
        "events { worker_connections 4096; }\n"
        "http { access_log off; client_max_body_size 2m; keepalive_requests 100000000; server {\n"
        f"  listen 127.0.0.1:{port}; location / {{ return 202 '{{}}'; }} }} }}\n"
    )
    return path


def cpu_seconds(pid: int) -> float:
    """What the process has used: comparable between servers even on a machine that others use too."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
