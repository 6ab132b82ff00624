"""`game-events warehouse changes` and `close`: what became of published figures, and months that stand."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from game_events_api.exit_codes import ExitCode

from game_events_cli.options import DATA_DIR, AsJson, DataDir, database_of
from game_events_cli.rates import By, somebody
from game_events_cli.tables import print_table


def changes(
    since: Annotated[
        datetime, typer.Option(help="The UTC day from which on builds are looked at.", formats=["%Y-%m-%d"])
    ],
    data_dir: DataDir = DATA_DIR,
    as_json: AsJson = False,
) -> None:
    """What builds have changed of days that were over, by day, game and currency, and why.

    The reasons: late event, rate, refund, repaired (a file that could not be read before), models. Of a closed
    month it says on which day the change is booked. Exit code 0: told. 2: the books cannot be read.
    """
    from game_events_warehouse import trail
    from game_events_warehouse.books import books_of
    from game_events_warehouse.errors import WarehouseError

    try:
        found = trail.changes(books_of(database_of(data_dir)), since.date())
    except WarehouseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.UNUSABLE) from None
    if as_json:
        for one in found:
            typer.echo(json.dumps({**vars(one), "differences": one.differences}))
        return
    rows = [
        (
            one.built_at,
            one.event_date,
            one.game_id,
            one.currency,
            one.booked_on,
            "\n".join(f"{name} {values}" for name, values in one.differences.items()),
            ", ".join(f"{reason} ({count})" for reason, count in one.reasons.items()),
        )
        for one in found
    ]
    if rows:
        print_table(("built", "day", "game", "currency", "closed, booked on", "figures", "why"), rows)
    else:
        typer.echo("nothing changed")


def close(
    month: Annotated[str, typer.Argument(help="The month, say 2026-10; it must be over.")],
    data_dir: DataDir = DATA_DIR,
    by: By = "",
    with_pending: Annotated[
        bool, typer.Option("--with-pending", help="Also while purchases of it wait for a rate.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Freeze a month as it was published: what changes later is booked into an open month as an adjustment.

    Exit code 0: closed. 1: it cannot be closed now, or is closed already. 2: there is no warehouse, or no such month.
    """
    from game_events_api.audit import audited
    from game_events_warehouse import closings
    from game_events_warehouse.errors import ClosingError, WarehouseError
    from game_events_warehouse.reader import require_warehouse

    who = by or somebody()
    try:
        require_warehouse(database_of(data_dir))  # before anything is made in a folder that was mistyped
        with audited(data_dir, "warehouse close", month=month, of=who):
            closing = closings.close(
                database_of(data_dir), month, by=who, now=datetime.now(UTC), with_pending=with_pending
            )
    except WarehouseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.FAILED if isinstance(error, ClosingError) else ExitCode.UNUSABLE) from None
    if as_json:
        typer.echo(json.dumps(vars(closing)))
    else:
        typer.echo(f"{month} is closed by {closing.closed_by}: {closing.days} rows of daily_revenue stand")
