"""The table of variables: complete, and the nearest name to a misspelt one is in it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from game_events_api.settings.variables import KNOWN, meant
from game_events_cli.main import app

ROOT = Path(__file__).resolve().parents[4]
SOURCES = ("api", "benchmarks", "cli", "contract", "devtools", "docs", "examples", "sdk", "warehouse")
ENDINGS = {".py", ".md", ".yml", ".yaml"}


def single_edits(name: str) -> Iterator[str]:
    """Every name that one swap, one letter left out or one letter doubled makes of it."""
    for place in range(len(name)):
        yield name[:place] + name[place + 1 :]
        yield name[:place] + name[place] + name[place:]
        yield name[:place] + name[place : place + 2][::-1] + name[place + 2 :]


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_of_every_single_edit_the_right_name_is_meant(name: str) -> None:
    wrong = {edit: meant(edit) for edit in single_edits(name) if edit not in KNOWN and meant(edit) != name}
    assert wrong == {}


@pytest.mark.parametrize("name", ["PATH", "HOME", "PORT", "REDIS_URL", "AWS_REGION", "GAME_ID", "GAMES_PORT", "EVENTS"])
def test_the_variables_of_others_are_not_ours(name: str) -> None:
    assert meant(name) is None


def test_a_name_that_resembles_none_is_near_none() -> None:
    assert meant("GAME_EVENTS_FAVOURITE_COLOUR") is None


def test_every_variable_in_the_code_and_the_docs_is_in_the_table() -> None:
    files = [file for source in SOURCES for file in (ROOT / source).rglob("*") if file.suffix in ENDINGS]
    named = {
        name
        for file in [*files, ROOT / "README.md", ROOT / ".ci" / "run"]
        for name in re.findall(r"\bGAME_EVENTS_[A-Z0-9_]*[A-Z0-9]\b", file.read_text(encoding="utf-8"))
    }
    assert named - KNOWN == set()


def test_every_variable_of_an_option_is_in_the_table() -> None:
    def variables(command: object) -> Iterator[str]:
        for child in getattr(command, "commands", {}).values():
            yield from variables(child)
        for parameter in command.params:  # type: ignore[attr-defined]
            yield from [parameter.envvar] if isinstance(parameter.envvar, str) else parameter.envvar or []

    found = set(variables(typer.main.get_command(app)))
    assert "GAME_EVENTS_DATA_DIR" in found
    assert found - KNOWN == set()
