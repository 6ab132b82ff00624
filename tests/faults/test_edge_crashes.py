"""Workers killed, disks full and read-only: what was answered 202 is stored, and nothing else is claimed."""

import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conftest import RunningServer, wait_until
from game_events_api.admission.keys import KeyFile
from integration.edge_wire import CLOSED, Answer, Wire, encoded, install, request

SENDERS = 4


class Workers(RunningServer):
    """Worker processes alone, without supervisor and delivery: what they stored stays in the spool to be counted."""

    count = 1

    def start(self) -> "Workers":
        with (self.data_dir / "server.log").open("ab") as log:
            self.processes = [
                subprocess.Popen(
                    self.command, env={**os.environ, **self.environment}, stdout=subprocess.DEVNULL, stderr=log
                )
                for _ in range(self.count)
            ]
        wait_until(lambda: len(list((self.data_dir / "spool").glob("*.db"))) >= self.count)
        wait_until(self._listens, explain=lambda: self.log)
        return self

    def _listens(self) -> bool:
        try:
            with Wire(self, 5.0) as wire:
                wire.send(request(self, b"", "/health", "GET"))
                return wire.answer().status == 200
        except OSError:
            return False

    def kill(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGKILL)
        for process in self.processes:
            process.wait()

    def stored(self) -> Counter[str]:
        """How often each event id stands in the spool files."""
        ids = Counter[str]()
        for path in (self.data_dir / "spool").glob("*.db"):
            with closing(sqlite3.connect(path)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                for (data,) in connection.execute("SELECT data FROM blocks WHERE stream = 'events'"):
                    ids.update(json.loads(line)["event"]["event_id"] for line in data.splitlines())
        return ids


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Workers(
        url=f"http://127.0.0.1:{port}",
        key=KeyFile(tmp_path / "keys.json").create("tests"),
        data_dir=tmp_path,
        command=[sys.executable, "-m", "game_events_api.worker"],
        environment={"GAME_EVENTS_PORT": str(port), "GAME_EVENTS_DATA_DIR": str(tmp_path)},
    )
    yield server
    server.kill()


class Load:
    """Senders of single events and of batches that remember what was acknowledged."""

    def __init__(self, server: RunningServer) -> None:
        self._server = server
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(number % 2 == 1,)) for number in range(SENDERS)]
        self.acknowledged: list[str] = []
        self.refusals = Counter[int]()

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _send(self, batches: bool) -> None:
        try:
            with Wire(self._server, 10.0) as wire:
                while not self._stop.is_set():
                    events = [install() for _ in range(20 if batches else 1)]
                    body = encoded({"events": events} if batches else events[0])
                    wire.send(request(self._server, body, "/v1/events/batch" if batches else "/v1/events/install"))
                    answer: Answer = wire.answer()
                    if answer.status == CLOSED:
                        return
                    if answer.status == 202:
                        self.acknowledged += [str(event["event_id"]) for event in events]
                    else:
                        self.refusals[answer.status] += 1
        except OSError:
            return  # killed in the middle: not acknowledged


def kill_again_and_again(workers: Workers, moments: int) -> None:
    chance = random.Random(moments)
    acknowledged: list[str] = []
    for _ in range(moments):
        workers.start()
        with Load(workers) as load:
            wait_until(lambda load=load: len(load.acknowledged) > 0)  # type: ignore[misc]
            time.sleep(chance.uniform(0.0, 0.15))  # the random moment itself
            workers.kill()
        acknowledged += load.acknowledged
        assert set(load.refusals) <= {503}
    stored = workers.stored()
    assert len(acknowledged) > moments
    assert set(acknowledged) - set(stored) == set(), "acknowledged and lost"
    assert max(stored.values()) == 1, "stored twice"


@pytest.mark.parametrize("count", [1, 2])
def test_killed_at_20_random_moments_it_keeps_every_acknowledged_event_once(workers: Workers, count: int) -> None:
    workers.count = count
    kill_again_and_again(workers, 20)


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("count", [1, 2])
def test_killed_at_200_random_moments_it_keeps_every_acknowledged_event_once(workers: Workers, count: int) -> None:
    workers.count = count
    kill_again_and_again(workers, 200)


@pytest.fixture
def small_disk(workers: Workers) -> Iterator[Path]:
    """A file system of 8 MiB for the spool."""
    spool = workers.data_dir / "spool"
    spool.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(spool)], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"mounting a small file system needs root: {mounted.stderr.decode().strip()}")
    yield spool
    workers.kill()
    subprocess.run(["umount", "-l", str(spool)], check=True)


def test_a_full_disk_is_503_loses_nothing_and_is_left_behind_when_there_is_room(
    workers: Workers, small_disk: Path
) -> None:
    filler = small_disk / "filler"
    filler.write_bytes(bytes(5 << 20))
    workers.start()
    with Load(workers) as load:
        wait_until(lambda: load.refusals[503] > 20)
        before = len(load.acknowledged)
        filler.unlink()
        wait_until(lambda: len(load.acknowledged) > before)
    assert set(load.refusals) == {503}
    assert set(load.acknowledged) - set(workers.stored()) == set()


def test_a_read_only_spool_is_503_and_writable_again_it_goes_on(workers: Workers, small_disk: Path) -> None:
    workers.start()
    with Load(workers) as load:
        wait_until(lambda: len(load.acknowledged) > 0)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], capture_output=True)
    if os.access(small_disk, os.W_OK) and _can_write(small_disk):
        pytest.skip("this kernel does not remount read-only while files are open")
    with Load(workers) as refused:
        wait_until(lambda: refused.refusals[503] > 20)
    assert refused.acknowledged == []
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    with Load(workers) as again:
        wait_until(lambda: len(again.acknowledged) > 0)
    assert set(load.acknowledged + again.acknowledged) - set(workers.stored()) == set()


def test_a_worker_that_cannot_use_its_spool_says_so_and_ends(workers: Workers) -> None:
    (workers.data_dir / "spool").write_text("a file where the folder should be")
    ended = subprocess.run(workers.command, env={**os.environ, **workers.environment}, capture_output=True, timeout=60)
    workers.processes = []
    assert ended.returncode == 1
    assert b"the worker cannot start" in ended.stderr


def _can_write(directory: Path) -> bool:
    try:
        (directory / "probe").write_bytes(b"x")
    except OSError:
        return False
    return True
