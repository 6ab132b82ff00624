"""A disk that is full under the spool alone: nothing is acknowledged and lost, and delivery makes room by itself."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import RunningServer, ServerFactory, wait_until
from faults.edge_workers import Load
from faults.test_backup_under_load import held
from faults.test_hangs import DELIVERY, children
from needs_tools import missing


@pytest.fixture
def server(start_server: ServerFactory, tmp_path: Path) -> Iterator[RunningServer]:
    spool = tmp_path / "spool"
    spool.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(spool)], capture_output=True)
    if mounted.returncode:
        missing(f"mounting a small disk needs root: {mounted.stderr.decode().strip()}")
    server = start_server(tmp_path, hang_seconds=0, linger_seconds=0.05)
    yield server
    server.stop()
    subprocess.run(["umount", "-l", str(spool)], check=True)


def test_what_waits_on_a_full_disk_is_delivered_and_makes_room(server: RunningServer) -> None:
    (delivery,) = children(server, DELIVERY)
    with Load(server) as load:
        wait_until(lambda: len(load.acknowledged) > 100, 120)
        os.kill(delivery, signal.SIGSTOP)  # nobody makes room
        wait_until(lambda: load.refusals[503] > 50, 120)
        full = len(load.acknowledged)
        os.kill(delivery, signal.SIGCONT)
        wait_until(lambda: len(load.acknowledged) > full + 100, 60, lambda: server.log[-3000:])
    assert set(load.refusals) == {503}
    server.wait_until_delivered(60)
    found = held(server.data_dir)
    assert set(load.acknowledged) - set(found) == set(), "acknowledged and lost"
    assert max(found.values()) == 1
