"""Backups of a server under load: every event that was acknowledged before one began comes back from it, once."""

import gzip
import json
import random
import sqlite3
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from conftest import RunningServer, ServerFactory, wait_until
from faults.edge_workers import Load
from game_events_api import ledger
from game_events_api.custody import back_up, restore
from game_events_api.spool.blocks import unpack
from game_events_cli.main import app
from integration.edge_wire import encoded, install, post
from typer.testing import CliRunner


def held(data_dir: Path) -> Counter[str]:
    """How often each event is in the folder, waiting or in the lake."""
    found: Counter[str] = Counter()
    for path in (data_dir / "lake" / "events").rglob("*.gz"):
        found.update(ids(gzip.decompress(path.read_bytes())))
    for path in (data_dir / "spool").glob("*.db"):
        with closing(sqlite3.connect(path)) as connection:
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'blocks'").fetchone() is None:
                continue  # a worker was making it
            announced = "SELECT id FROM blocks, intents WHERE id BETWEEN first_id AND last_id"
            for (data,) in connection.execute(
                f"SELECT data FROM blocks WHERE stream = 'events' AND id NOT IN ({announced})"
            ):
                found.update(ids(unpack(data)))
            for block_id, data, path_in_lake in connection.execute(
                "SELECT id, data, path FROM blocks AS b, intents AS i"
                " WHERE b.stream = 'events' AND i.stream = 'events' AND id BETWEEN first_id AND last_id"
            ):
                assert block_id
                if not (data_dir / "lake" / path_in_lake).exists():  # else delivery finds that it stands
                    found.update(ids(unpack(data)))
    return found


def ids(lines: bytes) -> list[str]:
    return [json.loads(line)["event"]["event_id"] for line in lines.splitlines()]


def back_up_at_random_moments(server: RunningServer, tmp_path: Path, moments: int) -> None:
    chance = random.Random(moments)
    with Load(server) as load:
        for moment in range(moments):
            seen = len(load.acknowledged)
            wait_until(lambda seen=seen: len(load.acknowledged) > seen + 50, 120)  # type: ignore[misc]
            time.sleep(chance.uniform(0.0, 0.4))  # the random moment itself
            before = list(load.acknowledged)
            assert back_up(server.data_dir, tmp_path / "backups").faults == []
            restored = tmp_path / f"restored-{moment}"
            restore(tmp_path / "backups", restored)
            found = held(restored)
            assert set(before) - set(found) == set(), "acknowledged and lost"
            assert max(found.values()) == 1, "in the lake and waiting"
    server.wait_until_delivered(60)


def start_again(server: RunningServer, data_dir: Path) -> RunningServer:
    """The same command on another folder."""
    server.stop()
    server.command = [str(data_dir) if part == str(server.data_dir) else part for part in server.command]
    server.data_dir = data_dir
    return server.start()


@pytest.fixture
def server(start_server: ServerFactory) -> RunningServer:
    return start_server(linger_seconds=0.05, workers=2)


def test_a_backup_under_load_has_what_was_acknowledged_and_a_server_goes_on_from_it(
    server: RunningServer, tmp_path: Path
) -> None:
    back_up_at_random_moments(server, tmp_path, 3)
    before = held(server.data_dir)
    run = CliRunner().invoke
    arguments = ["--data-dir", str(server.data_dir), "--to", str(tmp_path / "backups")]
    made = run(app, ["backup", *arguments, "--json"])
    assert made.exit_code == 0, made.output
    checked = run(app, ["restore", "--from", str(tmp_path / "backups"), "--check", "--data-dir", str(tmp_path / "no")])
    assert checked.exit_code == 0, checked.output
    assert not (tmp_path / "no").exists()
    rehearsed = run(app, ["restore", "--from", str(tmp_path / "backups"), "--data-dir", str(tmp_path / "rehearsed")])
    assert rehearsed.exit_code == 0, rehearsed.output

    again = start_again(server, tmp_path / "rehearsed")
    event = install()
    assert post(again, encoded(event)).status == 202, "the same key is in force"
    again.wait_until_delivered(60)
    again.stop()
    assert held(again.data_dir) == before + Counter([str(event["event_id"])])
    reconciled = run(app, ["reconcile", "--data-dir", str(again.data_dir)])
    assert reconciled.exit_code == 0, reconciled.output
    assert ledger.waiting(again.data_dir) == 0


@pytest.mark.long
def test_twenty_backups_under_load_each_have_what_was_acknowledged(server: RunningServer, tmp_path: Path) -> None:
    back_up_at_random_moments(server, tmp_path, 20)
