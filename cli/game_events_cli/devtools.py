"""The commands of `game-events-devtools`, found by entry point; without it they say what to install."""

from collections.abc import Callable
from importlib.metadata import entry_points

import typer
from game_events_api.exit_codes import ExitCode

GROUP = "game_events.commands"
NAMES = ("demo", "simulate", "firehose-emulator")


def add_devtools(app: typer.Typer) -> None:
    """Every command of NAMES: the installed one, or one that ends with 2 and names the package."""
    installed = {entry.name: entry for entry in entry_points(group=GROUP)}
    for name in NAMES:
        if entry := installed.get(name):
            app.command(name)(entry.load())
        else:
            app.command(name, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(
                _missing(name)
            )


def _missing(name: str) -> Callable[[], None]:
    def missing() -> None:
        typer.echo(f"`game-events {name}` comes with game-events-devtools: pip install game-events-devtools", err=True)
        raise typer.Exit(ExitCode.UNUSABLE)

    missing.__doc__ = "Not installed: comes with the package game-events-devtools."
    return missing
