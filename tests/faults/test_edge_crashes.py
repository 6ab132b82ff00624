"""Workers killed and disks full: what was answered 202 is stored, and nothing else is claimed."""

import os
import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import wait_until
from faults.edge_workers import Load, Workers, make_workers
from integration.edge_wire import Wire, encoded, install, request
from needs_tools import missing


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    server = make_workers(tmp_path)
    yield server
    server.kill()


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
def test_killed_at_10_random_moments_it_keeps_every_acknowledged_event_once(workers: Workers, count: int) -> None:
    workers.count = count
    kill_again_and_again(workers, 10)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("count", [1, 2])
def test_killed_at_80_random_moments_it_keeps_every_acknowledged_event_once(workers: Workers, count: int) -> None:
    workers.count = count
    kill_again_and_again(workers, 80)


@pytest.fixture
def small_disk(workers: Workers) -> Iterator[Path]:
    """A file system of 8 MiB for the spool."""
    spool = workers.data_dir / "spool"
    spool.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(spool)], capture_output=True)
    if mounted.returncode:
        missing(f"mounting a small file system needs root: {mounted.stderr.decode().strip()}")
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


@pytest.mark.parametrize("suffixes", [("", "-wal", "-shm"), ("",)])
def test_what_is_acknowledged_after_the_spool_file_was_deleted_is_in_the_new_one(
    workers: Workers, suffixes: tuple[str, ...]
) -> None:
    workers.start()
    path = workers.data_dir / "spool" / "spool-0.db"
    events: list[dict[str, object]] = []
    with Wire(workers, 10.0) as wire:
        for _ in range(5):
            wait_until(path.exists)
            former = events[-5:]
            for suffix in suffixes:
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            acknowledged: list[object] = []
            while len(acknowledged) < 20:
                # Once a new file is in use, what only the former one held is no duplicate.
                event = former.pop() if acknowledged and former else install()
                events.append(event)
                wire.send(request(workers, encoded(event), "/v1/events/install"))
                answer = wire.answer()
                assert answer.status in (202, 503), answer
                acknowledged += [event["event_id"]] if answer.status == 202 else []
    workers.kill()
    assert set(acknowledged) <= set(workers.stored()), "acknowledged and lost"
    assert "deleted or replaced" in (workers.data_dir / "server.log").read_text()


def test_a_worker_that_cannot_use_its_spool_says_so_and_ends(workers: Workers) -> None:
    (workers.data_dir / "spool").write_text("a file where the folder should be")
    ended = subprocess.run(workers.command, env={**os.environ, **workers.environment}, capture_output=True, timeout=60)
    assert ended.returncode == 2
    assert b"the worker cannot start" in ended.stderr
