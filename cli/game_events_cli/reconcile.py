"""`game-events reconcile`: spool, lake and warehouse held against the ledger."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from game_events_api.ledger.balance import Difference, FoundFile, Warehouse

DIFFERENT = 1
UNREADABLE = 2


def reconcile(
    data_dir: Annotated[Path, typer.Option("--data-dir", envvar="GAME_EVENTS_DATA_DIR")] = Path("data"),
    lake: Annotated[
        str | None,
        typer.Option(envvar="GAME_EVENTS_LAKE", help="Directory or s3://bucket/prefix; else lake/ in the data dir."),
    ] = None,
    s3_endpoint_url: Annotated[
        str | None, typer.Option(envvar="GAME_EVENTS_S3_ENDPOINT_URL", help="Where S3 answers, when it is not AWS.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Compare every stage with the ledger and name what differs. Run it while nothing is being delivered.

    Exit code 0: every number agrees. 1: one does not. 2: something could not be read.
    """
    from game_events_api import ledger
    from game_events_api.ledger import balance, manifest
    from game_events_warehouse.errors import WarehouseError

    where = lake or str(data_dir / "lake")
    if nothing := _nothing_there(data_dir, where):
        typer.echo(nothing, err=True)
        raise typer.Exit(UNREADABLE)
    try:
        found = scan(where, s3_endpoint_url)
        warehouse = warehouse_counts(data_dir / "warehouse" / "warehouse.duckdb")
    except WarehouseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(UNREADABLE) from None
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
    raise typer.Exit(DIFFERENT if differences else 0)


def _nothing_there(data_dir: Path, lake: str) -> str:
    """Why there are no numbers to compare, which is not the same as numbers that agree; empty when there are."""
    from urllib.parse import urlsplit

    from game_events_api.ledger.reading import spool_files

    if not data_dir.is_dir():
        return f"{data_dir} is no folder; give the server's data folder with --data-dir"
    if not spool_files(data_dir) and urlsplit(lake).scheme != "s3" and not Path(lake).exists():
        return f"{data_dir} has no spool and {lake} is no lake; give the server's data folder with --data-dir"
    return ""


def scan(lake: str, s3_endpoint_url: str | None) -> dict[str, "FoundFile"]:
    """Every file of the lake, read and counted. A lake that was never written to is empty."""
    from urllib.parse import urlsplit

    from game_events_warehouse.lake import open_lake

    if urlsplit(lake).scheme != "s3" and not Path(lake).exists():
        return {}
    source = open_lake(lake, s3_endpoint_url=s3_endpoint_url)
    return {file.path: _found(file.path, file.stream, source.read(file)) for file in source.files()}


def _found(path: str, stream: str, data: bytes) -> "FoundFile":
    import gzip
    import hashlib
    import zlib
    from collections import Counter

    from game_events_api.delivery.spool_file import identity
    from game_events_api.ledger import Key
    from game_events_api.ledger.balance import FoundFile

    counts: Counter[Key] = Counter()
    ids: set[str] = set()
    lines = 0
    try:
        text = gzip.decompress(data) if path.endswith(".gz") else data
    except (OSError, EOFError, zlib.error):
        text = b""  # its digest differs from the manifest's, which names it
    for line in text.splitlines():
        if not line.strip():
            continue
        lines += 1
        try:
            event_id, key = identity(stream, line)
        except (ValueError, KeyError, TypeError):
            continue
        counts[Key(*key)] += 1
        if event_id:
            ids.add(event_id)
    return FoundFile(path, stream, hashlib.sha256(data).hexdigest(), lines, counts, frozenset(ids))


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
