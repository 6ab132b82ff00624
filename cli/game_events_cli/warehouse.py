"""`game-events warehouse`: build the local warehouse from the lake, and ask it."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer
from game_events_api.exit_codes import ExitCode

from game_events_cli import asking, closings, malformed
from game_events_cli import rates as rates_command
from game_events_cli.options import DATA_DIR, AsJson, DataDir, LakeUrl, S3EndpointUrl, database_of, require_data_dir
from game_events_cli.progress import STEPS, watched
from game_events_cli.warehouse_report import as_document, print_result

app = typer.Typer(name="warehouse", help="Build the local warehouse from the lake, and ask it.", no_args_is_help=True)
app.add_typer(rates_command.app)
app.add_typer(malformed.app)
app.command()(closings.changes)
app.command()(closings.close)
app.command()(asking.query)
app.command()(asking.export)


@app.command()
def build(
    data_dir: DataDir = DATA_DIR,
    lake: LakeUrl = None,
    s3_endpoint_url: S3EndpointUrl = None,
    base_currency: rates_command.BaseCurrency = "USD",
    ecb_history: rates_command.EcbHistory = None,
    rates: Annotated[
        Path | None,
        typer.Option(help="First keep this file's rates, as `rates load` does.", exists=True, dir_okay=False),
    ] = None,
    stale_limit: Annotated[
        float | None,
        typer.Option(min=0, max=100, help="Percent of revenue that may be at stale rates, or of purchases pending."),
    ] = None,
    wait: Annotated[float, typer.Option(help="Seconds to wait for another build to end.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Load what is new in the lake, derive the tables, run the data tests, publish.

    Exit code 0: published. 1: not published, the warehouse built before stays. 2: neither, as the lake, the rates
    or the base currency cannot be used. 3: published, and more than --stale-limit is at stale rates or pending.
    75: another build runs.
    """
    from game_events_warehouse.build import build as build_warehouse
    from game_events_warehouse.errors import (
        BooksError,
        ExchangeRateError,
        LakeError,
        TransformError,
        WarehouseBusy,
        WarehouseError,
    )
    from game_events_warehouse.rates import load as load_rates
    from rich.console import Console

    errors = Console(stderr=True)
    if lake is None:  # with a lake elsewhere, the folder may be new: the warehouse is made there
        require_data_dir(data_dir)
    try:
        if rates:
            who, now = rates_command.somebody(), datetime.now(UTC)
            load_rates(database_of(data_dir), rates, base=base_currency, by=who, now=now)
        with watched(STEPS["load"], as_json=as_json) as shown:
            result = build_warehouse(
                lake=lake or str(data_dir / "lake"),
                database=database_of(data_dir),
                progress=lambda step, done, total: shown.count(done, total, STEPS[step]),
                s3_endpoint_url=s3_endpoint_url,
                base_currency=base_currency,
                ecb_history=ecb_history,
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
        unusable = isinstance(error, LakeError | ExchangeRateError | BooksError)
        raise typer.Exit(ExitCode.UNUSABLE if unusable else ExitCode.FAILED) from None
    if as_json:
        typer.echo(json.dumps(as_document(result)))
    else:
        print_result(result)
    if stale_limit is not None and result.rates.exceeds(Decimal(str(stale_limit)) / 100):
        errors.print(f"[yellow]More than {stale_limit:g} % of revenue is at stale rates or pending.[/yellow]")
        raise typer.Exit(ExitCode.OVER_LIMIT)


@app.command()
def docs(
    data_dir: DataDir = DATA_DIR,
    show: Annotated[bool, typer.Option("--open/--no-open", help="Show it in the browser.")] = True,
) -> None:
    """Write dbt's pages of the warehouse, every table and column with its lineage, into one file, and show it.

    Exit code 0: written. 1: dbt failed. 2: there is no warehouse.
    """
    from game_events_warehouse.errors import TransformError, WarehouseError
    from game_events_warehouse.lineage import write_docs

    try:
        page = write_docs(database_of(data_dir))
    except WarehouseError as error:
        typer.echo("\n".join([str(error), *getattr(error, "failures", ())]), err=True)
        raise typer.Exit(ExitCode.FAILED if isinstance(error, TransformError) else ExitCode.UNUSABLE) from None
    typer.echo(str(page))
    if show:
        typer.launch(page.as_uri())
