"""What takes long shows how far it is to a person at a terminal, and to nobody else."""

import os
import pty
import shlex
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import RunningServer
from unit.api.delivery.spool_maker import SpoolMaker, line, rejected_line
from unit.api.recovery.kept_events import bury, install
from unit.warehouse.lake_writer import LakeWriter, purchase


class Ended(NamedTuple):
    code: int
    shown: str
    """On standard error, a terminal or a pipe."""


def run(arguments: Sequence[str], *, terminal: bool) -> Ended:
    command = [sys.executable, "-m", "game_events_cli.main", *arguments]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "200"}
    if not terminal:
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=250)
        return Ended(ended.returncode, ended.stderr)
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # what Linux says where the other end is closed
            while part := os.read(ours, 65536):
                shown += part
        os.close(ours)
    return Ended(process.returncode, shown.decode())


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With something for each command, and a warehouse."""
    folder = tmp_path_factory.mktemp("progress") / "data"
    bury(folder, range(2), "InvalidArgumentException: no")
    SpoolMaker(folder, "worker-1").append([line(1)])
    SpoolMaker(folder, "worker-2").append([rejected_line(3, install(3))], stream="rejected")
    LakeWriter(folder / "lake").write([purchase(1, "4.99", "USD")])
    (folder.parent / "rates.csv").write_text("currency,rate_date,rate\nKWD,2026-11-20,3.25\n")
    (folder.parent / "lines.ndjson").write_text("")
    return folder


# In this order: a restore is of a backup, and a question of a warehouse.
# What is shown last stays until the end; what comes before may be over between two looks of the terminal.
WORK = {
    "backup --to {at}/backups": "Backing up",
    "restore --from {at}/backups --check": "Reading",
    "warehouse rates load {at}/rates.csv": "Keeping the rates of",
    "warehouse build": "Building and testing the models",
    "warehouse malformed load {at}/lines.ndjson": "Keeping the lines of",
    "warehouse query 'from daily_revenue'": "Asking",
    "warehouse query 'from daily_revenue' --parquet {at}/a.parquet": "Asking",
    "warehouse export --to {at}/tables": "Writing",
    "reconcile": "Reading the lake",
    "rejected replay": "Reading",
    "dead-letters replay": "Sending again",
    "anonymise-player player-9 --game puzzle-quest": "Erasing: throw away what tokens were made of",
    "erase-player player-1 --game puzzle-quest": "Erasing: throw away what tokens were made of",
}


@pytest.mark.parametrize("work", WORK)
def test_a_person_at_a_terminal_sees_how_far_it_is_and_a_pipe_has_nothing_of_it(data_dir: Path, work: str) -> None:
    arguments = [*shlex.split(work.format(at=data_dir.parent)), "--data-dir", str(data_dir)]
    watched = run(arguments, terminal=True)
    assert WORK[work] in watched.shown, watched
    piped = run(arguments, terminal=False)
    assert WORK[work] not in piped.shown
    assert "\n" not in (piped.shown[:1], piped.shown[-2:-1]), "no empty line where it was to be"
    if "query" not in work:
        beside_json = run([*arguments, "--json"], terminal=True)
        assert WORK[work] not in beside_json.shown
        assert "\x1b" not in beside_json.shown


def test_players_are_played_before_ones_eyes_only(server: RunningServer) -> None:
    arguments = ["simulate", "--events", "300", "--url", server.url, "--key", server.key]
    watched, piped = run(arguments, terminal=True), run(arguments, terminal=False)
    assert (watched.code, "playing" in watched.shown, "300/300" in watched.shown) == (0, True, True)
    assert piped == (0, "")
