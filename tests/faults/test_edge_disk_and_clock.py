"""Failing disks and jumping clocks under real workers: what was answered 202 is stored, and nothing else is claimed."""

import errno
import gzip
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import RunningServer, ServerFactory, wait_until
from faults.edge_workers import Load, Workers, make_workers
from faults.faulty_machine import FaultyMachine, faulty_library, machine
from integration.edge_wire import encoded, install, post
from needs_tools import missing

__all__ = ["faulty_library", "machine"]
HOUR = 3600
JUMPS = (0, 5 * HOUR, -7 * HOUR, 23 * HOUR, 22 * HOUR, -1, 0)
"""Offsets of the clock, one after the other; within a day, so that events of the true time are not too early."""


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    server = make_workers(tmp_path)
    yield server
    server.kill()


@pytest.fixture
def faulty(workers: Workers, machine: FaultyMachine) -> Workers:
    """A worker on the faulty machine; nothing fails yet."""
    workers.environment = {**workers.environment, **machine.environment}
    return workers


def refused_for_a_while(load: Load) -> None:
    """Wait until requests are refused, and see that meanwhile none is acknowledged."""
    seen = load.refusals[503]
    wait_until(lambda: load.refusals[503] > seen + 20)
    acknowledged, seen = len(load.acknowledged), load.refusals[503]
    wait_until(lambda: load.refusals[503] > seen + 20)
    assert len(load.acknowledged) == acknowledged


@pytest.mark.needs("gcc")
@pytest.mark.parametrize(
    ("call", "error"),
    [
        (FaultyMachine.fail_writes, errno.EIO),
        (FaultyMachine.fail_syncs, errno.EIO),
        (FaultyMachine.fail_writes, errno.EROFS),
        (FaultyMachine.fail_writes, errno.ENOSPC),
    ],
    ids=["EIO on write", "EIO on fsync", "EROFS", "ENOSPC"],
)
def test_while_the_disk_fails_nothing_is_acknowledged_and_what_was_is_kept(
    faulty: Workers, machine: FaultyMachine, call: Callable[[FaultyMachine, int], None], error: int
) -> None:
    faulty.start()
    with Load(faulty) as load:
        for _ in range(3):
            before = len(load.acknowledged)
            wait_until(lambda before=before: len(load.acknowledged) > before + 20)  # type: ignore[misc]
            call(machine, error)
            refused_for_a_while(load)
            call(machine, 0)
        before = len(load.acknowledged)
        wait_until(lambda: len(load.acknowledged) > before + 20, explain=lambda: faulty.log)
        call(machine, error)
        refused_for_a_while(load)
        faulty.kill()  # in the middle of it
    assert set(load.refusals) == {503}
    assert machine.failures >= 4
    call(machine, 0)
    faulty.start()
    with Load(faulty) as again:
        wait_until(lambda: len(again.acknowledged) > 20)
    faulty.kill()
    stored = faulty.stored()
    assert set(load.acknowledged + again.acknowledged) - set(stored) == set(), "acknowledged and lost"
    assert max(stored.values()) == 1, "stored twice"


@pytest.fixture
def small_ext4(workers: Workers, tmp_path: Path) -> Iterator[Path]:
    """A spool on a file system of its own, in a file."""
    spool, image = workers.data_dir / "spool", tmp_path / "ext4"
    spool.mkdir()
    image.write_bytes(b"")
    os.truncate(image, 64 << 20)
    made = subprocess.run(["mkfs.ext4", "-q", str(image)], capture_output=True)
    mounted = subprocess.run(["mount", "-o", "loop", str(image), str(spool)], capture_output=True)
    if made.returncode or mounted.returncode:
        missing(f"mounting an image needs root and loop devices: {(made.stderr + mounted.stderr).decode().strip()}")
    yield image
    workers.kill()
    subprocess.run(["umount", "-l", str(spool)], check=True)


def test_a_file_system_that_turns_read_only_is_503_and_repaired_it_goes_on(workers: Workers, small_ext4: Path) -> None:
    spool = workers.data_dir / "spool"
    workers.start()
    with Load(workers) as load:
        wait_until(lambda: len(load.acknowledged) > 100)
    # What the kernel does by itself when it finds the file system broken, with files open. Not in the middle of the
    # load: an fdatasync that is under way in that moment may return 0 and lose its data (docs/edge.md).
    subprocess.run(["mount", "-o", "remount,abort", str(spool)], check=True)
    with Load(workers) as refused:
        refused_for_a_while(refused)
    assert (set(refused.refusals), refused.acknowledged) == ({503}, [])
    workers.kill()
    subprocess.run(["umount", str(spool)], check=True)
    assert subprocess.run(["fsck.ext4", "-fy", str(small_ext4)], capture_output=True).returncode <= 1
    subprocess.run(["mount", "-o", "loop", str(small_ext4), str(spool)], check=True)
    workers.start()
    with Load(workers) as again:
        wait_until(lambda: len(again.acknowledged) > 0)
    assert set(load.acknowledged + again.acknowledged) - set(workers.stored()) == set()


def test_on_a_read_only_spool_a_worker_does_not_start_and_writable_again_it_does(
    workers: Workers, small_ext4: Path
) -> None:
    spool = workers.data_dir / "spool"
    workers.start()
    with Load(workers) as load:
        wait_until(lambda: len(load.acknowledged) > 0)
    workers.kill()
    subprocess.run(["mount", "-o", "remount,ro", str(spool)], check=True)
    ended = subprocess.run(workers.command, env={**os.environ, **workers.environment}, capture_output=True, timeout=60)
    assert ended.returncode == 2
    assert b"the worker cannot start" in ended.stderr
    subprocess.run(["mount", "-o", "remount,rw", str(spool)], check=True)
    workers.start()
    with Load(workers) as again:
        wait_until(lambda: len(again.acknowledged) > 0)
    assert set(load.acknowledged + again.acknowledged) - set(workers.stored()) == set()


def received_at(line: dict[str, object]) -> datetime:
    return datetime.fromisoformat(str(line["received_at"]))


@pytest.mark.needs("gcc")
def test_the_clock_may_jump_under_load_and_every_line_says_what_it_said(
    faulty: Workers, machine: FaultyMachine
) -> None:
    faulty.start()
    probes: dict[str, tuple[datetime, datetime]] = {}
    with Load(faulty) as load:
        for offset in JUMPS:
            machine.set_clock(offset)
            before, event = len(load.acknowledged), install()
            earliest = datetime.now(UTC) + timedelta(seconds=offset)
            assert post(faulty, encoded(event)).status == 202
            probes[str(event["event_id"])] = earliest, datetime.now(UTC) + timedelta(seconds=offset)
            wait_until(lambda before=before: len(load.acknowledged) > before + 40)  # type: ignore[misc]
    assert sum(load.refusals.values()) == 0
    faulty.kill()
    lines = faulty.lines()
    assert sorted(lines) == sorted([*load.acknowledged, *probes]), "acknowledged = stored, each once"
    for event_id, (earliest, latest) in probes.items():
        assert earliest <= received_at(lines[event_id]) <= latest


@pytest.mark.needs("gcc")
def test_a_limit_does_not_lock_up_when_the_clock_is_set_back(faulty: Workers, machine: FaultyMachine) -> None:
    faulty.environment = {
        **faulty.environment,
        "GAME_EVENTS_EVENTS_PER_SECOND": "50",
        "GAME_EVENTS_BURST_SECONDS": "1",
    }
    faulty.start()

    four_seconds_of_debt = encoded({"events": [install()] * 200})
    for offset in (-7 * HOUR, 20 * HOUR):
        # Whoever has a token left may go into debt; a refusal alone would not say that the debt was made.
        wait_until(lambda: post(faulty, four_seconds_of_debt, "/v1/events/batch").status == 202)
        machine.set_clock(offset)
        assert post(faulty, encoded(install())).status == 429, "a jump fills no bucket"
        wait_until(lambda: post(faulty, encoded(install())).status == 202)


@pytest.mark.needs("gcc")
def test_the_lakes_folders_follow_the_clock(start_server: ServerFactory, machine: FaultyMachine) -> None:
    server = start_server(linger_seconds=0.1)
    server.stop()
    server.environment = {**server.environment, **machine.environment}
    server.start()
    folders: dict[str, set[str]] = {}
    for offset in JUMPS:
        machine.set_clock(offset)
        moments = [datetime.now(UTC) + timedelta(seconds=offset)]
        event = install()
        assert post(server, encoded(event)).status == 202
        server.wait_until_delivered()
        moments.append(datetime.now(UTC) + timedelta(seconds=offset))
        folders[str(event["event_id"])] = {f"{moment:%Y/%m/%d/%H}" for moment in moments}
    found = {event_id: folder for folder, event_id in delivered(server)}
    assert found.keys() == folders.keys()
    assert len(delivered(server)) == len(folders), "each once"
    for event_id, expected in folders.items():
        assert found[event_id] in expected


def delivered(server: RunningServer) -> list[tuple[str, str]]:
    """Every event of the lake with its folder."""
    root = server.data_dir / "lake" / "events"
    return [
        (str(path.parent.relative_to(root)), json.loads(line)["event"]["event_id"])
        for path in root.rglob("*.gz")
        for line in gzip.decompress(path.read_bytes()).splitlines()
    ]
