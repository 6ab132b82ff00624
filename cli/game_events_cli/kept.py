"""What `game-events dead-letters` and `game-events rejected` share: their options and how they answer."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from game_events_api.exit_codes import ExitCode

from game_events_cli.progress import watched
from game_events_cli.tables import print_table

if TYPE_CHECKING:
    from game_events_api.recovery import Archive, Recheck, Selection

WhereOption = Annotated[list[str] | None, typer.Option("--where", help="field=value or field=start*; all must hold.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would pass.")]
Rate = Annotated[float | None, typer.Option(min=0.1, help="Events a second at most.")]
RATE = 1000.0


def print_list(archive: "Archive[Any]", where: list[str] | None, columns: Sequence[str], as_json: bool) -> None:
    """`columns` are for people; JSON has every field."""
    waiting = (kept.fields for kept in archive.waiting(selection(where)))
    if as_json:
        for fields in waiting:
            typer.echo(json.dumps(fields))
    else:
        print_table(columns, ([fields[column] for column in columns] for fields in waiting))


def print_one(archive: "Archive[Any]", name: str, noun: str) -> None:
    """Word for word, as JSON; exit code 1 when there is none of this name."""
    from game_events_api.recovery import NotKept

    try:
        document = archive.find(name).document
    except NotKept:
        typer.echo(f"no {noun} {name}; `game-events {archive.kind} list` shows them", err=True)
        raise typer.Exit(ExitCode.FAILED) from None
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))


def print_counts(archive: "Archive[Any]", where: list[str] | None, as_json: bool) -> None:
    counts = archive.counts(selection(where))
    if as_json:
        for row in counts:
            typer.echo(json.dumps(row))
    else:
        print_table(("game_id", "event_type", "reason", "events"), (list(row.values()) for row in counts))


def replay(
    archive: "Archive[Any]",
    where: list[str] | None,
    recheck: "Recheck",
    rate: float | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Send again, or only try, what is selected, and say what came of it."""
    from game_events_api.recovery import Pace

    selected = selection(where)
    with watched("Reading", as_json=as_json) as shown:
        pace = Pace(rate, told=lambda sent: shown.count(sent, step="Sending again"))
        report = archive.replay(shown.over(archive.waiting(selected)), recheck, dry_run=dry_run, pace=pace)
    if as_json:
        typer.echo(json.dumps({"dry_run": dry_run, **report.document}))
        return
    verb = "would pass" if dry_run else "were sent again"
    before = f", {report.repeated:,} had been before" if report.repeated else ""
    typer.echo(f"{report.passed - report.repeated:,} of {report.events:,} {verb}{before}")
    for fails, number in report.failed.most_common():
        typer.echo(f"  {number:>8,}  {fails.rule}: {fails.message}")


def selection(where: list[str] | None) -> "Selection":
    from game_events_api.recovery import Selection, Where

    try:
        return Selection(Where.parse(where or ()))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--where") from None
