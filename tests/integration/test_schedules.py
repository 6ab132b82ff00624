"""What runs by a schedule is a command that there is, in units and jobs that can be read."""

import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from game_events_cli.main import app

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
OURS = "/opt/game-events/bin/game-events"


def commands() -> Iterator[list[str]]:
    for unit in UNITS:
        for line in unit.read_text().splitlines():
            if line.startswith(f"ExecStart={OURS} "):
                yield shlex.split(line)[1:]
    for job in jobs():
        pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        for container in [*pod.get("initContainers", ()), *pod["containers"]]:
            if container["command"][0] == "game-events":
                yield container["command"][1:]


def jobs() -> list[Any]:
    documents = [
        one for path in sorted((DEPLOY / "kubernetes").iterdir()) for one in yaml.safe_load_all(path.read_text())
    ]
    return [document for document in documents if document.get("kind") == "CronJob"]


@pytest.mark.parametrize("arguments", list(commands()), ids=" ".join)
def test_each_command_takes_its_options(arguments: list[str]) -> None:
    command: Any = typer.main.get_command(app)
    context: Any = None
    while arguments and arguments[0] in getattr(command, "commands", {}):
        name, arguments = arguments[0], arguments[1:]
        command = command.commands[name]
        context = type(command).context_class(command, parent=context)
    assert context is not None
    _, left, _ = command.make_parser(context).parse_args(list(arguments))
    assert left == []


def test_every_schedule_is_there_for_both() -> None:
    names = {"game-events-build", "game-events-rates", "game-events-erasure"}
    assert {job["metadata"]["name"] for job in jobs()} == names
    assert {unit.stem for unit in UNITS if unit.suffix == ".timer"} == names
    assert {unit.stem for unit in UNITS if unit.suffix == ".service"} - {"game-events"} == names
    assert all(job["spec"]["concurrencyPolicy"] == "Forbid" for job in jobs())


@pytest.mark.needs("systemd-analyze")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    installed = str(Path(sys.executable).with_name("game-events"))
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text().replace(OURS, installed))
    command = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *map(str, sorted(tmp_path.iterdir()))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    ours = [line for line in done.stderr.splitlines() if "game-events" in line]
    assert (done.returncode, ours) == (0, [])
