"""`game-events dead-letters`: events that a sink would not take."""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from game_events_api.delivery.filters import Where
    from game_events_api.delivery.replay import Verdict

app = typer.Typer(name="dead-letters", help="Events that a sink would not take, and sending them again.")

DataDir = Annotated[Path, typer.Option("--data-dir", envvar="GAME_EVENTS_DATA_DIR")]
WhereOption = Annotated[list[str] | None, typer.Option("--where", help="field=value or field=start*; all must hold.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]
NOT_FOUND = 1
FILE_WIDTH = 1_000  # columns where no terminal says how many it has: a name is whole or useless


@app.command("list")
def list_(data_dir: DataDir = Path("data"), where: WhereOption = None, as_json: AsJson = False) -> None:
    """One line a dead letter that was not sent again."""
    from game_events_api.delivery import dead_letters

    rows = [letter.fields for letter in dead_letters.letters(data_dir, conditions(where))]
    print_rows(rows, ("name", "event_id", "game_id", "event_type", "sink", "attempts", "reason"), as_json)


@app.command()
def show(name: str, data_dir: DataDir = Path("data")) -> None:
    """One dead letter, word for word."""
    from game_events_api.delivery import dead_letters

    for letter in dead_letters.letters(data_dir, conditions([f"name={name}"]), replayed=True):
        typer.echo(json.dumps({**letter.fields, "line": letter.line.decode("utf-8", "replace")}, indent=2))
        return
    typer.echo(f"no dead letter {name}; `game-events dead-letters list` shows them", err=True)
    raise typer.Exit(NOT_FOUND)


@app.command()
def stats(data_dir: DataDir = Path("data"), where: WhereOption = None, as_json: AsJson = False) -> None:
    """How many by game, event type and reason."""
    from game_events_api.delivery import dead_letters

    found = dead_letters.letters(data_dir, conditions(where))
    print_counts(dead_letters.counted(found), as_json)


@app.command()
def replay(
    data_dir: DataDir = Path("data"),
    where: WhereOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would pass.")] = False,
    rate: Annotated[float | None, typer.Option(min=0.1, help="Events a second at most.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """Put them back on their way. Those that today's schemas refuse stay where they are."""
    from game_events_api.delivery import dead_letters
    from game_events_api.delivery.replay import Pace, Verdicts

    found = list(dead_letters.letters(data_dir, conditions(where)))
    if dry_run:
        verdicts = dead_letters.dry_run(found, Verdicts())
    else:
        verdicts = dead_letters.replay(data_dir, found, Verdicts(), pace=Pace(rate))
    print_verdicts(verdicts, dry_run, as_json)


def conditions(where: list[str] | None) -> "Where":
    from game_events_api.delivery.filters import Where

    try:
        return Where.parse(where or ())
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--where") from None


def print_rows(rows: list[dict[str, Any]], columns: tuple[str, ...], as_json: bool) -> None:
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row))
        return
    from rich.console import Console
    from rich.table import Column, Table

    table = Table(*(Column(column, overflow="fold") for column in columns))
    for row in rows:
        table.add_row(*("" if row[column] is None else str(row[column]) for column in columns))
    Console(width=None if sys.stdout.isatty() else FILE_WIDTH).print(table)


def print_counts(counts: Counter[tuple[str, str, str]], as_json: bool) -> None:
    rows = [
        {"game_id": game, "event_type": event_type, "reason": reason, "events": number}
        for (game, event_type, reason), number in counts.most_common()
    ]
    print_rows(rows, ("game_id", "event_type", "reason", "events"), as_json)


def print_verdicts(verdicts: Counter["Verdict"], dry_run: bool, as_json: bool, repeated: int = 0) -> None:
    passed = sum(number for verdict, number in verdicts.items() if verdict.passes)
    total = sum(verdicts.values())
    refused = [
        {"rule": verdict.rule, "message": verdict.message, "events": number}
        for verdict, number in verdicts.most_common()
        if not verdict.passes
    ]
    if as_json:
        document = {"dry_run": dry_run, "events": total, "passed": passed, "repeated": repeated, "refused": refused}
        typer.echo(json.dumps(document))
        return
    verb = "would pass" if dry_run else "were sent again"
    typer.echo(f"{passed - repeated:,} of {total:,} {verb}" + (f", {repeated:,} had been before" if repeated else ""))
    for entry in refused:
        typer.echo(f"  {entry['events']:>8,}  {entry['rule']}: {entry['message']}")
