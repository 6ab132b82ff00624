"""A studio's project, from `game-events init` to published code of its own."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from game_events_contract.codegen import drift
from game_events_contract.repository import ROOT

COMMAND = [sys.executable, "-m", "game_events_cli.main"]


def game_events(folder: Path, *arguments: str, expect: int = 0) -> str:
    ended = subprocess.run([*COMMAND, *arguments], cwd=folder, capture_output=True, text=True, timeout=240)
    assert ended.returncode == expect, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("studios")
    game_events(folder, "init", "my-studio")
    (ROOT / ".mypy_cache").mkdir(exist_ok=True)
    (folder / "my-studio" / ".mypy_cache").symlink_to(ROOT / ".mypy_cache")  # what mypy knows of the libraries
    return folder / "my-studio"


def test_a_new_project_has_what_its_schemas_say(studio: Path) -> None:
    assert drift(studio) == []
    assert len((studio / "README.md").read_text().splitlines()) <= 10
    assert "game-events-api==" in (studio / "pyproject.toml").read_text()


def test_at_a_terminal_new_asks_for_the_fields(studio: Path) -> None:
    ours, theirs = pty.openpty()
    answers = ["A level ended.", "Level:integer", "level:whole", "level:integer:Which.", "level:text", ""]
    os.write(ours, ("\n".join(answers) + "\n").encode())
    command = [*COMMAND, "schemas", "new", "level_end"]
    asked = subprocess.run(command, cwd=studio, stdin=theirs, capture_output=True, text=True, timeout=60)
    os.close(theirs)
    os.close(ours)
    assert asked.returncode == 0, asked.stderr
    for said in ("'Level' is no field's name", "'level:whole' is no field", "the event has level already"):
        assert said in asked.stderr
    written = json.loads((studio / "schemas" / "level_end" / "1-0-0.json").read_text())
    assert written["description"] == "A level ended."
    assert written["properties"]["level"] == {
        "description": "Which.",
        "type": "integer",
        "minimum": 0,
        "maximum": 1000000000,
        "examples": [1],
    }


def test_another_folder_in_the_project_belongs_to_it(studio: Path) -> None:
    assert "level_end" in game_events(studio / "docs" / "catalog", "schemas", "list")


def test_a_project_is_not_made_twice(studio: Path) -> None:
    assert "there already" in game_events(studio.parent, "init", "my-studio", expect=2)
