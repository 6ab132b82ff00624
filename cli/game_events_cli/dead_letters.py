"""`game-events dead-letters`: events that a sink would not take."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from game_events_api.exit_codes import ExitCode

from game_events_cli.options import DATA_DIR, AsJson, DataDir, require_data_dir
from game_events_cli.tables import print_table

if TYPE_CHECKING:
    from game_events_api.recovery.dead_letters import Letter
    from game_events_api.recovery.filters import Where
    from game_events_api.recovery.replay import Verdict

app = typer.Typer(name="dead-letters", help="Events that a sink would not take, and sending them again.")

WhereOption = Annotated[list[str] | None, typer.Option("--where", help="field=value or field=start*; all must hold.")]


@app.command("list")
def list_(data_dir: DataDir = DATA_DIR, where: WhereOption = None, as_json: AsJson = False) -> None:
    """One line a dead letter that was not sent again."""
    rows = [letter.fields for letter in _letters(data_dir, where)]
    print_rows(rows, ("name", "event_id", "game_id", "event_type", "sink", "attempts", "reason"), as_json)


@app.command()
def show(name: str, data_dir: DataDir = DATA_DIR) -> None:
    """One dead letter, word for word."""
    for letter in _letters(data_dir, [f"name={name}"], replayed=True):
        typer.echo(json.dumps({**letter.fields, "line": letter.line.decode("utf-8", "replace")}, indent=2))
        return
    typer.echo(f"no dead letter {name}; `game-events dead-letters list` shows them", err=True)
    raise typer.Exit(ExitCode.FAILED)


@app.command()
def stats(data_dir: DataDir = DATA_DIR, where: WhereOption = None, as_json: AsJson = False) -> None:
    """How many by game, event type and reason."""
    from game_events_api.recovery import dead_letters

    print_counts(dead_letters.counted(_letters(data_dir, where)), as_json)


@app.command()
def replay(
    data_dir: DataDir = DATA_DIR,
    where: WhereOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would pass.")] = False,
    rate: Annotated[float | None, typer.Option(min=0.1, help="Events a second at most.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """Put them back on their way. Those that today's schemas refuse stay where they are."""
    from game_events_api.contract.catalog import Catalog
    from game_events_api.recovery import dead_letters
    from game_events_api.recovery.replay import Pace, Verdicts

    found, verdicts = list(_letters(data_dir, where)), Verdicts(Catalog())
    if dry_run:
        counts = dead_letters.dry_run(found, verdicts)
    else:
        counts = dead_letters.replay(data_dir, found, verdicts, pace=Pace(rate))
    print_verdicts(counts, dry_run, as_json)


def _letters(data_dir: Path, where: list[str] | None, replayed: bool = False) -> Iterator["Letter"]:
    from game_events_api.recovery import dead_letters

    require_data_dir(data_dir)
    return dead_letters.letters(data_dir, conditions(where), replayed=replayed)


def conditions(where: list[str] | None) -> "Where":
    from game_events_api.recovery.filters import Where

    try:
        return Where.parse(where or ())
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--where") from None


def print_rows(rows: list[dict[str, Any]], columns: tuple[str, ...], as_json: bool) -> None:
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row))
        return
    print_table(columns, ([row[column] for column in columns] for row in rows))


def print_counts(counts: Counter[tuple[str, str, str]], as_json: bool) -> None:
    from game_events_api.recovery.replay import rows

    print_rows(rows(counts), ("game_id", "event_type", "reason", "events"), as_json)


def print_verdicts(verdicts: Counter["Verdict"], dry_run: bool, as_json: bool, repeated: int = 0) -> None:
    from game_events_api.recovery.replay import report

    document = report(verdicts, repeated)
    if as_json:
        typer.echo(json.dumps({"dry_run": dry_run, **document}))
        return
    verb = "would pass" if dry_run else "were sent again"
    before = f", {repeated:,} had been before" if repeated else ""
    typer.echo(f"{document['passed'] - repeated:,} of {document['events']:,} {verb}{before}")
    for entry in document["refused"]:
        typer.echo(f"  {entry['events']:>8,}  {entry['rule']}: {entry['message']}")
