"""`game-events warehouse lint`: look at SQL for Snowflake before Snowflake does."""

from pathlib import Path
from typing import Annotated

import typer
from game_events_api.exit_codes import ExitCode


def lint(
    files: Annotated[list[Path], typer.Argument(help="SQL files, or folders with them.", exists=True)],
) -> None:
    """Look through statements for Snowflake: options, values, types, privileges, queries. Nothing is run.

    Prints a line a finding: file:line: what is wrong; what to do. Exit code 0: nothing found. 1: something found.
    2: a file cannot be read.
    """
    from game_events_warehouse.snowflake import lint_files

    found = 0
    try:
        for file, finding in lint_files(_sql_files(files)):
            found += 1
            typer.echo(f"{file}:{finding}")
    except UnicodeDecodeError as error:
        typer.echo(f"{error.reason} at byte {error.start}: a file of SQL is UTF-8; save it so", err=True)
        raise typer.Exit(ExitCode.UNUSABLE) from None
    if found:
        raise typer.Exit(ExitCode.FAILED)


def _sql_files(paths: list[Path]) -> list[Path]:
    """Each file, and of a folder every *.sql below it, in the order in which they would be applied."""
    files: list[Path] = []
    for path in paths:
        files += sorted(path.rglob("*.sql")) if path.is_dir() else [path]
    return files
