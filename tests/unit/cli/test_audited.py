"""Every command that changes what operators answer for is on record, and one that nobody judged yet fails here."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from game_events_api.admission import KeyFile
from game_events_api.audit import acts
from game_events_cli.main import app
from typer.main import get_command
from typer.testing import CliRunner
from unit.api.delivery.spool_maker import SpoolMaker, rejected_line
from unit.api.recovery.kept_events import bury, install

LOOKS = """audit head, audit list, audit verify, cost, dead-letters list, dead-letters show, dead-letters stats, doctor,
firehose-cost, games list, keys list, reconcile, rejected list, rejected show, rejected stats, trace, warehouse changes,
warehouse export, warehouse lint, warehouse malformed list, warehouse query, warehouse rates age, warehouse rates gaps,
warehouse rates list"""
"""They change nothing."""
ELSEWHERE = {
    "init, schemas check, schemas describe, schemas diff, schemas export, schemas lint, schemas list, schemas new,"
    " schemas publish, schemas senders, schemas unpublish": "of a checkout, whose record is its history",
    "send, simulate": "events, which the ledger counts by their key",
    "warehouse build, warehouse docs": "made of the lake and the books; the trail has what each build changed",
    "warehouse deploy": "a Snowflake account, which keeps a history of its own",
    "serve, console, demo, firehose-emulator": "processes, which log",
}
KEY_ID = "{key}"
ARGUMENTS: dict[str, Sequence[str]] = {
    "keys create": ("--name", "shop", "--game", "*"),
    "keys rotate": (KEY_ID,),
    "keys revoke": (KEY_ID,),
    "keys prepare": (),
    "keys copy": (),
    "games add": ("puzzle-quest",),
    "backup": ("--to", "{folder}/backups"),
    "restore": ("--from", "{folder}/backups"),
    "drain": ("--within", "1m"),
    "dead-letters replay": (),
    "dead-letters discard": ("--all",),
    "rejected replay": (),
    "erase-player": ("player-1", "--game", "puzzle-quest"),
    "anonymise-player": ("player-1", "--game", "puzzle-quest"),
    "warehouse close": ("2026-10",),
    "warehouse malformed load": ("{folder}/lines.json",),
    "warehouse rates load": ("{folder}/rates.csv",),
    "warehouse rates withdraw": ("KWD", "2026-11-01"),
}
BEGUN_ONLY = {"keys prepare", "keys copy", "warehouse close", "warehouse malformed load"}
"""They find no PostgreSQL, and a warehouse that cannot be read, and are on record all the same."""


def commands(group: Any, above: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{above}{name} ")
        else:
            yield f"{above}{name}"


def judged(text: str) -> set[str]:
    return set(text.replace("\n", " ").split(", "))


def test_every_command_was_judged() -> None:
    elsewhere = {name for names in ELSEWHERE for name in judged(names)}
    assert set(commands(get_command(app))) == {*ARGUMENTS, *judged(LOOKS), *elsewhere}


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    bury(folder, range(2), "InvalidArgumentException: no")
    SpoolMaker(folder, "worker-1").append([rejected_line(3, install(3))], stream="rejected")
    (tmp_path / "rates.csv").write_text("currency,rate_date,rate\nKWD,2026-11-01,3.25\n")
    (tmp_path / "lines.json").write_text("")
    return folder


def run(data_dir: Path, *arguments: str) -> int:
    return CliRunner().invoke(app, [*arguments, "--data-dir", str(data_dir)]).exit_code


@pytest.mark.parametrize("command", ARGUMENTS)
def test_a_command_that_changes_something_is_on_record(
    data_dir: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = data_dir
    known = KeyFile(data_dir / "keys.json").create("old").split("_")[2]
    if command in ("keys prepare", "keys copy"):
        monkeypatch.setenv("GAME_EVENTS_KEYS_URL", "postgresql://keys@127.0.0.1:1/keys")
    if command in ("warehouse close", "warehouse malformed load"):
        (data_dir / "warehouse").mkdir()
        (data_dir / "warehouse" / "warehouse.duckdb").write_bytes(b"no database" * 1000)
    if command == "warehouse rates withdraw":
        assert run(data_dir, "warehouse", "rates", "load", str(data_dir.parent / "rates.csv")) == 0
    if command == "restore":
        assert run(data_dir, "backup", "--to", str(data_dir.parent / "backups")) == 0
        place = data_dir.parent / "restored"
    arguments = [one.format(key=known, folder=data_dir.parent) for one in ARGUMENTS[command]]

    code = run(place, *command.split(), *arguments)

    names = [act["action"] for act in acts(place)]
    wanted = command.replace("-player", "")
    if command in BEGUN_ONLY:
        assert (code != 0, names) == (True, [f"{wanted} begins"])
    else:
        assert wanted in names, (code, names)
