"""`game-events reconcile`: spool, lake and warehouse held against the ledger."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer
from game_events_api.exit_codes import ExitCode

from game_events_cli.options import (
    DATA_DIR,
    AsJson,
    DataDir,
    LakeUrl,
    S3EndpointUrl,
    database_of,
    lake_of,
    require_data_dir,
)
from game_events_cli.progress import Shown, watched
from game_events_cli.tables import console

if TYPE_CHECKING:
    from game_events_api.ledger import Difference, FoundFile
    from game_events_warehouse.lake import Lake, LakeFile


def reconcile(
    data_dir: DataDir = DATA_DIR,
    lake: LakeUrl = None,
    s3_endpoint_url: S3EndpointUrl = None,
    as_json: AsJson = False,
) -> None:
    """Compare every stage with the ledger and name what differs. Run it while nothing is being delivered.

    Exit code 0: every number agrees. 1: one does not. 2: something could not be read.
    """
    from game_events_api import ledger
    from game_events_api.spool import spool_files
    from game_events_warehouse import reader
    from game_events_warehouse.errors import WarehouseError

    require_data_dir(data_dir)
    source = lake_of(data_dir, lake, s3_endpoint_url)
    if source is None and not spool_files(data_dir):  # no numbers to compare, which are not numbers that agree
        typer.echo(f"{data_dir} has no spool and no lake; give the server's data folder with --data-dir", err=True)
        raise typer.Exit(ExitCode.UNUSABLE)
    try:
        with watched("Reading the lake", as_json=as_json) as shown:
            found = scan(source, shown)
            shown.say("and the warehouse")
            warehouse = reader.contents(database_of(data_dir))
            shown.say("and the spool")
            counts = ledger.read(data_dir)
            manifest, dead = ledger.lake_files(data_dir), ledger.dead_lettered(data_dir)
            damage, letter_faults = ledger.damage(data_dir), ledger.letter_faults(data_dir)
    except WarehouseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.UNUSABLE) from None
    differences = ledger.compare(counts, manifest, dead, found, warehouse, damage, letter_faults)
    totals = {stage: counts.total(stage) for stage in ledger.STAGES} | {
        "waiting": sum(counts.waiting["events"].values()),
        "lake_files": len(found),
        "lake_lines": sum(file.lines for file in found.values()),
        "warehouse_rows": sum(warehouse.rows.values()) if warehouse else None,
    }
    if as_json:
        document = {
            "reconciled": not differences,
            "totals": totals,
            "differences": [vars(difference) for difference in differences],
        }
        typer.echo(json.dumps(document))
    else:
        _print(totals, differences)
    raise typer.Exit(ExitCode.FAILED if differences else ExitCode.OK)


def scan(lake: "Lake | None", shown: Shown) -> dict[str, "FoundFile"]:
    """Every file of the lake, read and counted. A lake that was never written to is empty."""
    if lake is None:
        return {}
    files = list(lake.files())
    return {file.path: _found(file, lake.read(file)) for file in shown.over(files, len(files))}


def _found(file: "LakeFile", stored: bytes) -> "FoundFile":
    from game_events_api.ledger import FoundFile
    from game_events_warehouse.errors import LakeError
    from game_events_warehouse.lake import unpacked

    try:
        text = unpacked(file, stored)
    except LakeError:
        text = b""  # its digest differs from the manifest's, which names it
    return FoundFile.of(file.path, file.stream, stored, text)


def _print(totals: Mapping[str, int | None], differences: list["Difference"]) -> None:
    from rich.table import Table

    shown = console()
    table = Table("stage", title="Ledger", title_justify="left")
    table.add_column("events", justify="right")
    for stage, count in totals.items():
        table.add_row(stage.replace("_", " "), "" if count is None else f"{count:,}")
    shown.print(table)
    for difference in differences:
        shown.print(f"[red]{difference.kind}[/red] {difference.name}", highlight=False, soft_wrap=True)
        shown.print(f"    {difference.detail}", highlight=False, markup=False, soft_wrap=True)
    shown.print("[green]every number agrees[/green]" if not differences else f"{len(differences)} differences")
