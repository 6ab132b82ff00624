"""Runs every command that ends by itself, on an empty data folder, and prints as JSON what each left unsaid.

`python every_command.py FOLDER MODULE…`: as if these modules were not installed. It is run in images too, and so it
imports nothing of the tests.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from typer.testing import CliRunner

STAY = {"serve", "console"}
"""Commands that run until they are stopped."""


def leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, inner in getattr(command, "commands", {}).items():
        yield from leaves(inner, (*path, name))
    if not hasattr(command, "commands"):
        yield path, command


def samples(command: Any, folder: Path) -> Iterator[str]:
    """What a command must be given, and the data folder, which must not be a real one."""
    for one in command.params:
        value = "2026-11" if one.name in ("month", "months") else str(folder / "file.json")
        if one.param_type_name == "argument" and (one.required or one.name == "users"):
            yield str(folder) if one.name == "source" else value
        elif one.name == "data_dir":
            yield from ("--data-dir", str(folder))
        elif one.param_type_name == "option" and one.required:
            yield from (one.opts[0], value)


def main(folder: Path, *absent: str) -> None:
    for name in absent:
        sys.modules[name] = None  # type: ignore[assignment]
    from game_events_cli.main import app

    (folder / "file.json").write_text("{}\n")
    (folder / "warehouse.duckdb").write_text("")  # which makes `doctor` look into it
    ended = {}
    for path, command in leaves(typer.main.get_command(app)):
        if path[0] not in STAY:
            result = CliRunner().invoke(app, [*path, *samples(command, folder)], input="")
            unsaid = None if isinstance(result.exception, SystemExit | None) else repr(result.exception)
            ended[" ".join(path)] = {"code": result.exit_code, "unsaid": unsaid, "stderr": result.stderr}
    print(json.dumps(ended))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
