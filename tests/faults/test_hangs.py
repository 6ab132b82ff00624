"""A worker or delivery that hangs is noticed and replaced, and the log says where it stood; nothing is lost by it."""

import gzip
import json
import os
import signal
import subprocess
from pathlib import Path

import pytest
from conftest import RunningServer, ServerFactory, wait_until
from faults.edge_workers import Load
from integration.edge_wire import encoded, install, post

WORKER, DELIVERY = "game_events_api.process.worker", "game_events_api.delivery"
STUCK = """
import re, signal
signal.signal(signal.SIGUSR1, lambda number, frame: re.match("(a|a)+$", "a" * 60 + "b"))
"""
"""On SIGUSR1 the main thread is busy for years, and holds the interpreter's lock all the while."""


def children(server: RunningServer, module: str) -> list[int]:
    assert server.process is not None
    listed = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(server.process.pid)], capture_output=True, text=True
    )
    return [int(line.split()[0]) for line in listed.stdout.splitlines() if module in line]


def replaced(server: RunningServer, module: str, former: int) -> None:
    def is_another() -> bool:
        return bool(found := children(server, module)) and former not in found

    wait_until(is_another, 120, lambda: server.log)


@pytest.fixture
def server(start_server: ServerFactory, tmp_path: Path) -> RunningServer:
    server = start_server(hang_seconds=5, blocked_seconds=1, linger_seconds=0.1)
    server.stop()
    (tmp_path / "sitecustomize.py").write_text(STUCK)
    server.environment = {**server.environment, "PYTHONPATH": str(tmp_path)}
    return server.start()


def test_whatever_hangs_is_replaced_and_every_acknowledged_event_arrives(server: RunningServer) -> None:
    with Load(server) as load:
        wait_until(lambda: len(load.acknowledged) > 20, 120)
        for how in (signal.SIGSTOP, signal.SIGUSR1):
            wait_until(lambda: works(server), 60, lambda: server.log)
            stuck = [(module, pid) for module in (DELIVERY, WORKER) for pid in children(server, module)]
            assert len(stuck) == 2
            for _, pid in stuck:
                os.kill(pid, how)
            for module, former in stuck:
                replaced(server, module, former)
    assert server.log.count("gave no sign of life") >= 4, server.log
    for name in ("worker 0", "delivery"):
        assert f"{name} stands still" in server.log
    assert "(re/__init__.py:" in server.log, server.log
    wait_until(lambda: works(server), 60, lambda: server.log)
    server.wait_until_delivered(60)
    assert set(load.acknowledged) - _delivered(server) == set(), "acknowledged and lost"


def works(server: RunningServer) -> bool:
    """Whether worker and delivery are past their start, after which silence is a sign that they hang."""
    status = server.data_dir / "delivery" / "status.json"
    status.unlink(missing_ok=True)
    try:
        taken = post(server, encoded(install())).status == 202
    except OSError:
        return False
    wait_until(status.exists, 60, lambda: server.log)
    return taken


def _delivered(server: RunningServer) -> set[str]:
    return {
        json.loads(line)["event"]["event_id"]
        for path in (server.data_dir / "lake" / "events").rglob("*.gz")
        for line in gzip.decompress(path.read_bytes()).splitlines()
    }
