"""What a person at a terminal may expect of every command, by walking through all of them."""

import re
import shlex

import pytest
from game_events_cli.examples import EXAMPLES
from game_events_cli.main import app
from typer.testing import CliRunner
from unit.test_docs import COMMANDS, fault

EVERY = sorted(COMMANDS)
WITHOUT_DATA = {
    "audit head": "a word, to keep",
    "console": "serves",
    "dead-letters show": "is JSON by itself",
    "drain": "moves, and says what it waits for",
    "firehose-emulator": "serves",
    "games add": "changes",
    "init": "writes files",
    "keys copy": "changes",
    "keys create": "a key, for a variable",
    "keys prepare": "changes",
    "keys revoke": "changes",
    "keys rotate": "a key, for a variable",
    "rejected show": "is JSON by itself",
    "schemas export": "is a document of another tool's",
    "schemas new": "writes a file",
    "schemas publish": "writes files",
    "schemas unpublish": "removes a file",
    "send": "is JSON by itself",
    "serve": "serves, and logs JSON where there is no terminal",
    "simulate": "sends",
    "warehouse deploy": "is SQL",
    "warehouse docs": "writes files",
    "warehouse rates withdraw": "changes",
}
"""What a command prints that has no `--json`."""
runner = CliRunner()


def said(*words: str) -> str:
    return re.sub(r"[\s│]+", " ", runner.invoke(app, [*words], terminal_width=300).output)


@pytest.mark.parametrize("command", EVERY)
def test_its_help_ends_with_an_example_that_can_be_typed(command: str) -> None:
    (example,) = [line for line in EXAMPLES if f"{line} ".startswith(f"{command} ")]
    assert fault(shlex.split(example), whole=True) == ""
    shown = said(*command.split()[1:], "--help")
    assert f"Example: {example}" in shown
    assert "\x1b" not in shown, "colour, and this is no terminal"


@pytest.mark.parametrize("command", EVERY)
def test_a_misspelt_name_is_told_which_one_was_meant(command: str) -> None:
    *path, name = command.split()[1:]
    assert f"Did you mean '{name}'" in said(*path, f"{name[:-1]}{name[-1] * 2}")


@pytest.mark.parametrize("command", [one for one in EVERY if COMMANDS[one]])
def test_a_misspelt_option_is_told_which_one_was_meant(command: str) -> None:
    option = min(COMMANDS[command])
    wrong = f"{option}{option[-1]}"
    shown = said(*command.split()[1:], wrong)
    assert option in shown.partition("No such option")[2].replace(wrong, ""), shown


def test_what_prints_data_prints_it_as_json_too() -> None:
    without = {one.removeprefix("game-events ") for one in EVERY if "--json" not in COMMANDS[one]}
    assert without == {*WITHOUT_DATA}
