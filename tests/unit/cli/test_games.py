"""`game-events games`."""

import json
from pathlib import Path
from typing import Any

from game_events_api.admission import KeyFile
from game_events_cli.main import app
from typer.testing import CliRunner
from unit.api.delivery.spool_maker import SpoolMaker, line


def games(data_dir: Path, command: str, *game_ids: str) -> Any:
    return CliRunner().invoke(app, ["games", command, *game_ids, "--data-dir", str(data_dir)])


def test_games_are_added_and_listed_with_those_of_keys_and_the_ledger(tmp_path: Path) -> None:
    assert games(tmp_path, "add", "chess", "go").stdout == "chess is added\ngo is added\n"
    assert games(tmp_path, "add", "go").stdout == "go is known already\n"
    KeyFile(tmp_path / "keys.json").create("a", games=("go", "draughts"))
    SpoolMaker(tmp_path).append([line(1)])
    shown = games(tmp_path, "list").stdout
    assert [shown.count(why) for why in ("registered", "named by a key", "learnt")] == [2, 2, 1]
    assert "puzzle-quest" in shown
    told = CliRunner().invoke(app, ["games", "list", "--json", "--data-dir", str(tmp_path)]).stdout.splitlines()
    assert json.loads(told[-1]) == {"game": "puzzle-quest", "why": ["learnt"]}


def test_an_unusable_game_id_ends_with_2(tmp_path: Path) -> None:
    added = games(tmp_path, "add", "chess,go")
    assert added.exit_code == 2
    assert "no game id" in " ".join(added.stderr.split())
