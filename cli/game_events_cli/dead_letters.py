"""`game-events dead-letters`: events that a sink would not take."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from game_events_cli import kept
from game_events_cli.kept import RATE, DryRun, Rate, WhereOption
from game_events_cli.options import DATA_DIR, AsJson, DataDir, require_data_dir

if TYPE_CHECKING:
    from game_events_api.recovery import DeadLetters

app = typer.Typer(name="dead-letters", help="Events that a sink would not take, and sending them again.")

COLUMNS = ("name", "event_id", "game_id", "event_type", "sink", "attempts", "reason", "lies_in")


@app.command("list")
def list_(data_dir: DataDir = DATA_DIR, where: WhereOption = None, as_json: AsJson = False) -> None:
    """One line a dead letter that was not sent again."""
    kept.print_list(_dead_letters(data_dir), where, COLUMNS, as_json)


@app.command()
def show(name: str, data_dir: DataDir = DATA_DIR) -> None:
    """One dead letter, word for word."""
    kept.print_one(_dead_letters(data_dir), name, "dead letter")


@app.command()
def stats(data_dir: DataDir = DATA_DIR, where: WhereOption = None, as_json: AsJson = False) -> None:
    """How many by game, event type and reason."""
    kept.print_counts(_dead_letters(data_dir), where, as_json)


@app.command()
def replay(
    data_dir: DataDir = DATA_DIR,
    where: WhereOption = None,
    dry_run: DryRun = False,
    rate: Rate = RATE,
    as_json: AsJson = False,
) -> None:
    """Put them back on their way. Those that do not pass today's schemas stay where they are."""
    from game_events_api.recovery import Recheck

    kept.replay(_dead_letters(data_dir), where, Recheck(), rate, dry_run, as_json)


@app.command()
def discard(
    data_dir: DataDir = DATA_DIR,
    where: WhereOption = None,
    everything: Annotated[bool, typer.Option("--all", help="Without --where: every dead letter.")] = False,
    as_json: AsJson = False,
) -> None:
    """Give dead letters up for good. The audit log and the ledger keep that they were."""
    if not where and not everything:
        raise typer.BadParameter("say which with --where, or --all", param_hint="--where")
    report = _dead_letters(data_dir).discard(kept.selection(where))
    if as_json:
        typer.echo(json.dumps(report))
    else:
        typer.echo(f"{report['discarded']:,} of {report['events']:,} dead letters were discarded")


def _dead_letters(data_dir: Path) -> "DeadLetters":
    from game_events_api.recovery import DeadLetters

    require_data_dir(data_dir)
    return DeadLetters(data_dir)
