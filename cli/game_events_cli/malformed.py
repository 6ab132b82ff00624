"""`game-events warehouse malformed`: lines of the lake that are no stored event, listed and repaired."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from game_events_api.exit_codes import ExitCode

from game_events_cli.options import DATA_DIR, AsJson, DataDir, database_of
from game_events_cli.progress import watched
from game_events_cli.rates import By, somebody
from game_events_cli.tables import print_table

SHOWN = 100
"""Characters of a line in the table for people."""

app = typer.Typer(
    name="malformed", help="Lines of the lake that are no stored event, and repairs.", no_args_is_help=True
)


@app.command("list")
def list_lines(data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """Every line that the warehouse could not take, with where it is and why; with --json whole, an object a line.

    Exit code 0: listed. 2: there is no warehouse.
    """
    from game_events_warehouse.errors import WarehouseError
    from game_events_warehouse.repairs import malformed

    try:
        lines = malformed(database_of(data_dir))
    except WarehouseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.UNUSABLE) from None
    if as_json:
        for one in lines:
            typer.echo(json.dumps(vars(one), ensure_ascii=False))
    else:
        columns = ("source_file", "source_row", "stream", "reason", "line")
        print_table(columns, ([*list(vars(one).values())[:-1], one.line[:SHOWN]] for one in lines))


@app.command()
def load(
    file: Annotated[Path, typer.Argument(help="What `list --json` gave, with `line` repaired.", dir_okay=False)],
    data_dir: DataDir = DATA_DIR,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Keep repaired lines: the next build takes them in the place of those of the lake, which stays as it is.

    A line that is as it was is passed by. If one cannot be taken it is named, and none is kept.
    Exit code 0: kept. 2: not, and why.
    """
    from game_events_api.audit import audited
    from game_events_warehouse import repairs
    from game_events_warehouse.errors import WarehouseError
    from game_events_warehouse.reader import require_warehouse

    who = by or somebody()
    try:
        require_warehouse(database_of(data_dir))  # before anything is made in a folder that was mistyped
        act = audited(data_dir, "warehouse malformed load", file=str(file), of=who)
        with watched(f"Keeping the lines of {file}", as_json=as_json), act as made:
            given = repairs.load(database_of(data_dir), file, by=who, now=datetime.now(UTC))
            made["repaired"] = given.repaired
    except WarehouseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.UNUSABLE) from None
    if as_json:
        typer.echo(json.dumps(vars(given)))
    else:
        typer.echo(
            f"{given.repaired:,} lines kept for the next `warehouse build`, {given.unchanged:,} are as they were"
        )
