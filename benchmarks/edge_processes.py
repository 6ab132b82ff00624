"""The servers a benchmark of the edge runs: started on their cores, measured by what /proc says of them."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from game_events_api.admission.key_file import KeyFile

HERE = Path(__file__).resolve().parent
SERVER_CORE, LOAD_CORE = 0, max(0, (os.cpu_count() or 1) - 1)
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
STRACE = shutil.which("strace")
WORKER = (sys.executable, "-m", "game_events_api.process.worker")
START_SECONDS = 30.0
SETTLE_SECONDS = 0.3
LISTENING = "0A"


@dataclass(frozen=True)
class Running:
    """A server that takes requests."""

    port: int
    key: str
    processes: Sequence["subprocess.Popen[bytes]"]

    def cpu_seconds(self) -> float:
        """What its processes have used: comparable between servers even on a machine that others use too."""
        return sum(cpu_seconds(pid) for pid in self._pids())

    def resident_megabytes(self) -> float:
        """Of its largest process."""
        return max(resident_megabytes(pid) for pid in self._pids())

    def _pids(self) -> list[int]:
        """Its processes and their children: nginx and strace do the work in a child."""
        parents = [process.pid for process in self.processes]
        return parents + [child for parent in parents for child in _children(parent)]


@contextlib.contextmanager
def running(server: str, data_dir: Path, settings: Mapping[str, str] | None = None) -> Iterator[Running]:
    """The server with an empty spool; its data is deleted afterwards.

    `server` is floor, fastapi, nginx, ours, `ours N` for N workers that share both cores, or `slow disk MS` for one
    worker each of whose fsyncs takes MS milliseconds longer. One worker has a core to itself.
    """
    data_dir.mkdir()
    key = KeyFile(data_dir / "keys.json").create("benchmark")
    port = free_port()
    environment = {
        **os.environ,
        "GAME_EVENTS_PORT": str(port),
        "GAME_EVENTS_DATA_DIR": str(data_dir),
        "GAME_EVENTS_EVENTS_PER_SECOND": "1e9",
        "GAME_EVENTS_ADDRESS_REQUESTS_PER_SECOND": "1e9",
        "GAME_EVENTS_MAX_SPOOL_BYTES": str(1 << 40),
        **(settings or {}),
    }
    commands = _commands(server, port, data_dir)
    cores = {SERVER_CORE, LOAD_CORE} if server.startswith("ours ") else {SERVER_CORE}
    processes = [subprocess.Popen(command, env=environment, cwd=HERE.parent) for command in commands]
    try:
        for process in processes:
            os.sched_setaffinity(process.pid, cores)
        deadline = time.monotonic() + START_SECONDS
        while _listeners(port) < len(processes):
            if time.monotonic() > deadline or any(process.poll() is not None for process in processes):
                raise SystemExit(f"{server} does not start")
            time.sleep(0.05)
        time.sleep(SETTLE_SECONDS)
        yield Running(port, key, processes)
    finally:
        for process in processes:
            for pid in _children(process.pid) if server.startswith("slow disk") else [process.pid]:
                os.kill(pid, signal.SIGTERM)  # strace ends with what it traces
        for process in processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(data_dir)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _commands(server: str, port: int, data_dir: Path) -> list[Sequence[str]]:
    match server.split():
        case ["ours"]:
            return [WORKER]
        case ["ours", workers]:
            return [WORKER] * int(workers)
        case ["slow", "disk", milliseconds]:
            # Only the calls named are stopped at (seccomp), the others run at full speed.
            calls = "fsync,fdatasync"
            inject = f"inject={calls}:delay_exit={float(milliseconds) * 1000:.0f}"
            options = ["-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "-e", f"trace={calls}", "-e", inject]
            return [[str(STRACE), *options, *WORKER]]
        case ["nginx"]:
            return [[str(NGINX), "-c", str(_nginx_configuration(data_dir, port)), "-p", str(data_dir)]]
        case _:
            return [[sys.executable, str(HERE / "edge_servers.py"), server, str(port), str(data_dir)]]


def _nginx_configuration(data_dir: Path, port: int) -> Path:
    path = data_dir / "nginx.conf"
    path.write_text(
        f"daemon off; worker_processes 1; pid {data_dir}/nginx.pid; error_log /dev/null;\n"
        "events { worker_connections 4096; }\n"
        "http { access_log off; client_max_body_size 2m; client_body_buffer_size 2m; keepalive_requests 100000000;\n"
        f"client_body_temp_path {data_dir}; proxy_temp_path {data_dir}; fastcgi_temp_path {data_dir};\n"
        f"uwsgi_temp_path {data_dir}; scgi_temp_path {data_dir}; server {{\n"
        f"  listen 127.0.0.1:{port}; location / {{ return 202 '{{}}'; }} }} }}\n"
    )
    return path


def _listeners(port: int) -> int:
    """How many sockets listen on the port; with SO_REUSEPORT each worker has its own."""
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[3] == LISTENING and row[1].endswith(f":{port:04X}") for row in rows)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
