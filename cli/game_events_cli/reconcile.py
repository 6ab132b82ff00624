"""`game-events reconcile`: spool, lake and warehouse held against the ledger."""

import json
from collections.abc import Mapping
from pathlib import Path
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

if TYPE_CHECKING:
    from game_events_api.ledger.balance import Difference, FoundFile, Warehouse
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
    from game_events_api.ledger import balance, manifest
    from game_events_api.spool.reading import spool_files
    from game_events_warehouse.errors import WarehouseError

    require_data_dir(data_dir)
    source = lake_of(data_dir, lake, s3_endpoint_url)
    if source is None and not spool_files(data_dir):  # no numbers to compare, which are not numbers that agree
        typer.echo(f"{data_dir} has no spool and no lake; give the server's data folder with --data-dir", err=True)
        raise typer.Exit(ExitCode.UNUSABLE)
    try:
        found = scan(source)
        warehouse = warehouse_counts(database_of(data_dir))
    except WarehouseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.UNUSABLE) from None
    counts = ledger.read(data_dir)
    differences = balance.compare(
        counts, manifest.lake_files(data_dir), manifest.dead_letters(data_dir), found, warehouse
    )
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


def scan(lake: "Lake | None") -> dict[str, "FoundFile"]:
    """Every file of the lake, read and counted. A lake that was never written to is empty."""
    return {} if lake is None else {file.path: _found(file, lake.read(file)) for file in lake.files()}


def _found(file: "LakeFile", data: bytes) -> "FoundFile":
    import hashlib
    from collections import Counter

    from game_events_api.ledger.balance import FoundFile
    from game_events_api.ledger_key import LedgerKey
    from game_events_api.spool.stored_line import identity
    from game_events_warehouse.errors import LakeError
    from game_events_warehouse.lake import unpacked

    counts: Counter[LedgerKey] = Counter()
    ids: set[str] = set()
    lines = 0
    try:
        text = unpacked(file, data)
    except LakeError:
        text = b""  # its digest differs from the manifest's, which names it
    for line in text.splitlines():
        if not line.strip():
            continue
        lines += 1
        try:
            event_id, key = identity(file.stream, line)
        except (ValueError, KeyError, TypeError):
            continue
        counts[key] += 1
        if event_id:
            ids.add(event_id)
    return FoundFile(file.path, file.stream, hashlib.sha256(data).hexdigest(), lines, counts, frozenset(ids))


def warehouse_counts(database: Path) -> "Warehouse | None":
    """None while no warehouse has been built."""
    from game_events_api.ledger.balance import Warehouse
    from game_events_warehouse.reader import ask

    if not database.exists():
        return None
    _, rows = ask(database, "select source_file, rows_loaded + rows_malformed from loaded_files")
    _, raw = ask(
        database,
        "select source_file, count(*) from (select source_file from raw_events"
        " union all select source_file from raw_rejected_events) group by source_file",
    )
    _, totals = ask(
        database,
        "select (select count(distinct record ->> '$.event.event_id') from raw_events),"
        " (select count(*) from stg_events), (select count(*) from int_event_dispositions)",
    )
    present: Mapping[str, int] = dict(raw)
    listed = {path: int(present.get(path, 0)) for path, _count in rows}
    return Warehouse(listed | {path: int(count) for path, count in raw}, *(int(number) for number in totals[0]))


def _print(totals: Mapping[str, int | None], differences: list["Difference"]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table("stage", title="Ledger", title_justify="left")
    table.add_column("events", justify="right")
    for stage, count in totals.items():
        table.add_row(stage.replace("_", " "), "" if count is None else f"{count:,}")
    console.print(table)
    for difference in differences:
        console.print(f"[red]{difference.kind}[/red] {difference.name}", highlight=False, soft_wrap=True)
        console.print(f"    {difference.detail}", highlight=False, markup=False, soft_wrap=True)
    console.print("[green]every number agrees[/green]" if not differences else f"{len(differences)} differences")
