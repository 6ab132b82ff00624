"""`game-events init`, and the project that every command looks at."""

import os
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from game_events_api.exit_codes import ExitCode

Root = Annotated[
    Path | None,
    typer.Option("--root", help="The project to look at.", show_default="GAME_EVENTS_PROJECT, or the one around here"),
]
PINNED = (
    "game-events",
    "game-events-api",
    "game-events-contract",
    "game-events-models",
    "game-events-sdk",
    "game-events-warehouse",
)


def adopt() -> None:
    """Let a command and the processes that it starts be about the events of the project around the current folder."""
    from game_events_contract.project import SETTING, NoProject, Project, find

    if not os.environ.get(SETTING):
        try:
            folder = find(Path.cwd())
        except NoProject:
            return
        if not Project.at(folder).is_product:
            os.environ[SETTING] = str(folder)


def init(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder; its name names the project: my-studio.")],
) -> None:
    """Make a project for a studio's own events, with the product's as a start.

    Exit code 0: it is there. 2: the folder or its name cannot be one; nothing is written.
    """
    from game_events_contract.starter import start

    distribution = start(folder, {name: version(name) for name in PINNED})
    typer.echo(f"made {folder}, whose events are the distribution {distribution}")
    typer.echo(f"Go on there: cd {folder}, then game-events schemas new level_complete --field level:integer")


def checkout(root: Path | None) -> Path:
    """The folder to look at. Without schemas there would be nothing to find in it, and nothing found means ok."""
    from game_events_contract.project import NoProject, find

    try:
        folder = root or find()
    except NoProject as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.UNUSABLE) from None
    if not (folder / "schemas").is_dir():
        typer.echo(f"{folder} has no folder schemas; give a checkout with --root", err=True)
        raise typer.Exit(ExitCode.UNUSABLE)
    return folder
