"""`game-events warehouse rates`: which exchange rates there are, how old, where they lack, and the studio's own."""

import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from game_events_api.exit_codes import ExitCode

from game_events_cli.options import DATA_DIR, AsJson, DataDir, database_of, require_data_dir
from game_events_cli.progress import watched
from game_events_cli.tables import print_table

app = typer.Typer(
    name="rates", help="Exchange rates: which, how old, where they lack, and the studio's own.", no_args_is_help=True
)

BaseCurrency = Annotated[
    str,
    typer.Option(
        "--base-currency", envvar="GAME_EVENTS_BASE_CURRENCY", help="Currency that revenue is converted into."
    ),
]
EcbHistory = Annotated[
    Path | None,
    typer.Option("--ecb-history", help="An eurofxref-hist.zip, newer than the packaged.", exists=True, dir_okay=False),
]
By = Annotated[str, typer.Option("--by", help="Who gives it; else the name of the machine's user.")]


def somebody() -> str:
    """Who is at the machine."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user without a name
        return "unknown"


@app.command("list")
def list_rates(
    data_dir: DataDir = DATA_DIR,
    on: Annotated[datetime | None, typer.Option(help="The UTC day; today by default.", formats=["%Y-%m-%d"])] = None,
    currency: Annotated[str | None, typer.Option(help="One currency only.")] = None,
    own: Annotated[
        bool, typer.Option("--own", help="The studio's own, of all days, with who gave them and when.")
    ] = False,
    base_currency: BaseCurrency = "USD",
    ecb_history: EcbHistory = None,
    as_json: AsJson = False,
) -> None:
    """The rate of each currency on a day, with its source and its age, as a build would take it.

    Exit code 0: listed. 1: there is none of the currency. 2: the rates cannot be read.
    """
    from game_events_warehouse import rates

    database = database_of(data_dir)
    with _spoken():
        if own:
            rows = [
                {
                    "currency": entry.given.currency,
                    "rate_date": entry.given.rate_date,
                    "base_currency": entry.given.base_currency,
                    "rate": f"{entry.given.rate:f}",
                    "given_by": entry.given_by,
                    "given_at": entry.given_at,
                    "origin": entry.origin,
                    "version": f"studio-{entry.entry}",
                }
                for entry in rates.of_the_studio(database)
            ]
        else:
            day = on.date() if on else datetime.now(UTC).date()
            rows = [
                {
                    "currency": rate.currency,
                    "rate": f"{rate.rate:f}",
                    "source": rate.source,
                    "observed_on": rate.observed_on,
                    "age_days": rate.age.days,
                    "stale": rate.is_stale,
                    "version": rate.version,
                }
                for rate in rates.on_day(database, base_currency, day, ecb_history)
            ]
    rows = [row for row in rows if currency in (None, row["currency"])]
    _show(rows, as_json)
    if currency and not rows:
        typer.echo(f"no rate of {currency}: give the studio's own with `game-events warehouse rates load`", err=True)
        raise typer.Exit(ExitCode.FAILED)


@app.command()
def load(
    file: Annotated[
        Path, typer.Argument(help="CSV or JSON: currency, rate_date, rate, and base_currency where it is another.")
    ],
    data_dir: DataDir = DATA_DIR,
    by: By = "",
    base_currency: BaseCurrency = "USD",
    as_json: AsJson = False,
) -> None:
    """Keep rates of the studio's own, in its books beside the warehouse. The next build converts by them.

    A rate given again replaces the one before, which stays in the books. Exit code 0: all are kept. 2: none is, as
    a line cannot be used.
    """
    from game_events_api.audit import audited
    from game_events_warehouse import rates

    require_data_dir(data_dir)
    who = by or somebody()
    act = audited(data_dir, "warehouse rates load", file=str(file), of=who)
    with _spoken(), watched(f"Keeping the rates of {file}", as_json=as_json), act as made:
        given, new = rates.load(database_of(data_dir), file, base=base_currency, by=who, now=datetime.now(UTC))
        made.update(rates=given, new=new)
    if as_json:
        typer.echo(json.dumps({"rates": given, "new": new}))
    else:
        typer.echo(f"{given} rates in {file}, {new} of them new or changed; the next build converts by them")


@app.command()
def withdraw(
    currency: Annotated[str, typer.Argument(help="Its code, say KWD.")],
    day: Annotated[datetime, typer.Argument(help="The day it was given for.", formats=["%Y-%m-%d"])],
    data_dir: DataDir = DATA_DIR,
    by: By = "",
    base_currency: BaseCurrency = "USD",
) -> None:
    """Take one of the studio's own rates out of force. Exit code 0: done. 2: there is no such rate."""
    from game_events_api.audit import audited
    from game_events_warehouse import rates

    require_data_dir(data_dir)
    who = by or somebody()
    rate = {"currency": currency, "day": str(day.date()), "base": base_currency}
    with _spoken(), audited(data_dir, "warehouse rates withdraw", **rate, of=who):
        rates.withdraw(database_of(data_dir), currency, day.date(), base=base_currency, by=who, now=datetime.now(UTC))
    typer.echo(f"{currency} on {day.date()} is withdrawn; the next build converts without it")


@app.command()
def age(
    data_dir: DataDir = DATA_DIR,
    limit: Annotated[
        int | None, typer.Option("--limit", min=0, help="Days; exit code 3 where the ECB is older.")
    ] = None,
    base_currency: BaseCurrency = "USD",
    ecb_history: EcbHistory = None,
    as_json: AsJson = False,
) -> None:
    """How old the newest rate of each source is.

    Exit code 0: told. 2: the rates cannot be read. 3: the ECB's are older than the limit.
    """
    from game_events_warehouse import rates

    with _spoken():
        found = rates.ages(database_of(data_dir), base_currency, datetime.now(UTC).date(), ecb_history)
    _show([vars(one) for one in found], as_json)
    oldest = found[0].age_days
    if limit is not None and (oldest is None or oldest > limit):
        typer.echo(
            f"the ECB's rates end {oldest} days ago: give a newer history with --ecb-history, or newer rates of the"
            " studio's own",
            err=True,
        )
        raise typer.Exit(ExitCode.OVER_LIMIT)


@app.command()
def gaps(data_dir: DataDir = DATA_DIR, as_json: AsJson = False) -> None:
    """Production purchases that wait for a rate, or were converted at a stale one, in the published warehouse.

    Exit code 0: none waits. 1: some do. 2: there is no warehouse.
    """
    from game_events_warehouse import rates

    with _spoken():
        found = rates.gaps_of(database_of(data_dir))
    _show(found, as_json)
    if any(gap["status"] == "pending" for gap in found):
        raise typer.Exit(ExitCode.FAILED)


@contextmanager
def _spoken() -> Iterator[None]:
    """What goes wrong ends the command with a sentence and 2."""
    from game_events_warehouse.errors import WarehouseError

    try:
        yield
    except WarehouseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.UNUSABLE) from None


def _show(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row, default=str))
    elif rows:
        print_table(list(rows[0]), [list(row.values()) for row in rows])
    else:
        typer.echo("none")
