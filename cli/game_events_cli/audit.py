"""`game-events audit`: what operators did, and whether the record of it is as it was written."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from game_events_api.exit_codes import ExitCode

from game_events_cli.options import DATA_DIR, AsJson, DataDir, require_data_dir
from game_events_cli.tables import print_table

app = typer.Typer(
    name="audit", help="What operators did: a log whose acts are chained by hashes.", no_args_is_help=True
)

Kept = Annotated[
    str | None,
    typer.Option("--head", help="What `audit head` printed before, kept elsewhere.", metavar="NUMBER:HASH"),
]


@app.command("list")
def list_acts(data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """Show who did what and when, oldest first. JSON has one object an act."""
    from game_events_api.audit import OWN, acts

    require_data_dir(data_dir)
    if as_json:
        for act in acts(data_dir):
            typer.echo(json.dumps(act))
        return
    rows = [
        (
            act.get("number", ""),
            f"{datetime.fromtimestamp(act['at'], UTC):%Y-%m-%d %H:%M:%S}",
            act["by"],
            act["action"],
            ", ".join(f"{name}={value}" for name, value in act.items() if name not in OWN | {"chained"}),
        )
        for act in acts(data_dir)
    ]
    print_table(("number", "at (UTC)", "by", "action", "details"), rows)


@app.command()
def verify(data_dir: DataDir = DATA_DIR, kept: Kept = None, as_json: AsJson = False) -> None:
    """Say whether every act stands as it was written, and name the first line that does not.

    Exit code 0: all do. 1: one was changed, removed, added or moved. 2: --head is none.
    """
    from game_events_api import audit

    require_data_dir(data_dir)
    try:
        known = None if kept is None else audit.Head.parse(kept)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--head") from None
    verdict = audit.verify(data_dir, known)
    if as_json:
        said = {
            "whole": not verdict.faults,
            "head": str(verdict.head),
            "faults": verdict.faults,
            "notes": verdict.notes,
        }
        typer.echo(json.dumps(said))
    else:
        for fault in verdict.faults:
            typer.echo(f"WRONG  {fault}", err=True)
        for note in verdict.notes:
            typer.echo(f"note   {note}")
        typer.echo(f"{verdict.head.number:,} acts follow from each other; the head is {verdict.head}")
    raise typer.Exit(ExitCode.FAILED if verdict.faults else ExitCode.OK)


@app.command()
def head(data_dir: DataDir = DATA_DIR) -> None:
    """Print the number and the hash of the last act, to be kept where nobody of this machine writes."""
    from game_events_api.audit import verify

    require_data_dir(data_dir)
    typer.echo(str(verify(data_dir).head))
