"""Options that several commands share, and what is said of all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from game_events_cli.main import app
from typer.testing import CliRunner


def test_a_variable_without_a_value_leaves_an_option_at_its_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = CliRunner().invoke(app, ["keys", "list"], env={"GAME_EVENTS_DATA_DIR": ""})
    assert (refused.exit_code, refused.stderr) == (
        2,
        "data is no folder; give the server's data folder with --data-dir\n",
    )


def helps(command: object, path: str = "game-events") -> Iterator[tuple[str, str]]:
    for name, child in getattr(command, "commands", {}).items():
        yield from helps(child, f"{path} {name}")
    for parameter in command.params:  # type: ignore[attr-defined]
        yield f"{path} {parameter.name}", getattr(parameter, "help", None) or ""


def test_no_help_holds_what_rich_takes_for_markup() -> None:
    assert [where for where, text in helps(typer.main.get_command(app)) if "[" in text] == []
