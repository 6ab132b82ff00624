"""A new project: the product's events as a start, and what makes the folder a project of its own."""

import importlib.util
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from game_events_contract.codegen import write
from game_events_contract.project import HOME, NoProject

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FILES = {
    "pyproject.toml": """\
# Who works on the events: `uv sync` installs this, `uv add game-events==…` moves to another release.
[project]
name = "{name}"
version = "0.1.0"
requires-python = ">=3.11,<3.15"
dependencies = [
  "{name}-events",
{pins}]

[tool.uv]
package = false

[tool.uv.sources]
{name}-events = {{ path = "generated", editable = true }}
""",
    "generated/pyproject.toml": """\
# What games and servers install: the models, the SDK's methods and the tables of this studio's events.
[project]
name = "{name}-events"
version = "0.1.0"
description = "The events of {name}"
requires-python = ">=3.11"
dependencies = ["game-events-models>={models}"]

[project.optional-dependencies]
sdk = ["game-events-sdk>={sdk}"] # for games: {package}.sdk

[project.entry-points."game_events.events"]
{package} = "{package}" # by this, a server beside which it is installed finds it

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[tool.hatch.build.targets.wheel]
packages = ["{package}"]
""",
    "README.md": """\
# {name}

The events of {name}: one JSON Schema per event and version in `schemas/`; everything else follows from those.

- `game-events schemas new level_complete --field level:integer` writes an event, `schemas publish` all code.
- `game-events schemas check` is what continuous integration runs; it also says what is still to do.
- `game-events serve` takes these events, `game-events warehouse build` makes a table of each.
- Games: `from {package}.sdk import GameAnalyticsClient`, of the distribution `{name}-events[sdk]` in `generated/`.
- `warehouse/models/` is for dbt models of your own; `game-events schemas publish` takes them along.
""",
    ".gitignore": ".venv/\n__pycache__/\n.mypy_cache/\ndist/\n/data/\n",
    ".gitattributes": "/generated/{package}/** linguist-generated\n/docs/catalog/** linguist-generated\n",
    ".github/workflows/schemas.yml": """\
name: schemas
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0 # what was published before is compared with what is now
      - uses: astral-sh/setup-uv@v6
      - run: uv run game-events schemas check
""",
    "schemas/consumers.json": "[]\n",
}


def start(folder: Path, pins: Mapping[str, str]) -> str:
    """Make a project of the folder, which is new or empty, and return the name of its distribution of events.

    `pins` are the product's distributions and their versions, `game-events-models` and `game-events-sdk` among them.
    NoProject, and nothing written, where the folder or its name cannot be one.
    """
    name = folder.resolve().name
    package = f"{name}-events".replace("-", "_")
    if not _NAME.fullmatch(name):
        raise NoProject(f"{name!r} is no project's name; write small letters, digits and single hyphens: my-studio")
    if importlib.util.find_spec(package):
        raise NoProject(f"{package} is a package that is installed here; name the project otherwise")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NoProject(f"{folder} is there already; name a folder that is new or empty")
    shutil.copytree(HOME / "schemas", folder / "schemas")
    words = {
        "name": name,
        "package": package,
        "pins": "".join(f'  "{pinned}=={version}",\n' for pinned, version in sorted(pins.items())),
        "models": pins["game-events-models"],
        "sdk": pins["game-events-sdk"],
    }
    for path, text in _FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text.format(**words), encoding="utf-8")
    write(folder)
    return f"{name}-events"
