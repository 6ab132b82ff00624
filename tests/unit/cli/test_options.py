"""Options that several commands share, and what is said of all."""

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from game_events_cli.examples import EXAMPLES
from game_events_cli.main import app
from typer.testing import CliRunner
from unit.test_docs import COMMANDS


def test_a_variable_without_a_value_leaves_an_option_at_its_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = CliRunner().invoke(app, ["keys", "list"], env={"GAME_EVENTS_DATA_DIR": ""})
    assert (refused.exit_code, refused.stderr) == (
        2,
        "data is no folder; give the server's data folder with --data-dir\n",
    )


MAKES = {
    "console": "serves",
    "demo": "plays, in a new folder",
    "keys create": "a server's first key is made before it starts; it says that the folder is new",
    "restore": "fills a new folder",
    "serve": "starts with an empty one",
}
"""Commands that are not asked, for they may make a data folder, or would stay."""


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without a data folder, and with what else the examples need."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.csv").write_text("currency,rate_date,rate\nKWD,2026-11-20,3.25\n")
    (tmp_path / "lines.ndjson").write_text("")
    (tmp_path / "lake").mkdir()
    return tmp_path


def of_data_folders() -> Iterator[str]:
    for example in EXAMPLES:
        (command,) = [one for one in COMMANDS if f"{example} ".startswith(f"{one} ")]
        if "--data-dir" in COMMANDS[command] and command.removeprefix("game-events ") not in MAKES:
            yield example
            if "--lake" in COMMANDS[command] and command != "game-events warehouse build":  # a warehouse of that lake
                yield f"{example} --lake lake"
            if "--rates" in COMMANDS[command]:
                yield f"{example} --rates mine.csv"


@pytest.mark.parametrize("example", [*of_data_folders()])
def test_a_mistyped_data_folder_is_not_made(beside: Path, example: str) -> None:
    words = [word for word in shlex.split(example)[1:] if word not in ("--data-dir", "data")]
    there = sorted(path.name for path in beside.iterdir())
    ended = CliRunner().invoke(app, [*words, "--data-dir", "dta"], input="")
    assert isinstance(ended.exception, SystemExit | None), ended.exception
    assert "Usage:" not in ended.stderr, "the example is one that can be typed"
    assert sorted(path.name for path in beside.iterdir()) == there


def test_a_first_key_makes_the_data_folder_and_says_so(beside: Path) -> None:
    for said in ("data was not there: it is made, as a server's new data folder\n", ""):
        made = CliRunner().invoke(app, ["keys", "create"])
        assert (made.exit_code, made.stdout[:8], made.stderr) == (0, "ge_live_", said)


def helps(command: object, path: str = "game-events") -> Iterator[tuple[str, str]]:
    for name, child in getattr(command, "commands", {}).items():
        yield from helps(child, f"{path} {name}")
    for parameter in command.params:  # type: ignore[attr-defined]
        yield f"{path} {parameter.name}", getattr(parameter, "help", None) or ""


def test_no_help_holds_what_rich_takes_for_markup() -> None:
    assert [where for where, text in helps(typer.main.get_command(app)) if "[" in text] == []
