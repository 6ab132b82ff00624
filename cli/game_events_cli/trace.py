"""`game-events trace`: every stage one event has passed."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
from game_events_cli.tables import print_table

if TYPE_CHECKING:
    from game_events_warehouse.lake import Lake

Stage = dict[str, Any]


def trace(
    event_id: Annotated[str, typer.Argument(help="The event's UUID.")],
    data_dir: DataDir = DATA_DIR,
    lake: LakeUrl = None,
    s3_endpoint_url: S3EndpointUrl = None,
    as_json: AsJson = False,
) -> None:
    """Show where an event is and was: spool, dead letters, lake, raw, staging, facts.

    Exit code 0: found somewhere. 1: nowhere. 2: no event id, or nowhere to look.
    """
    import uuid

    try:
        wanted = str(uuid.UUID(event_id))
    except ValueError:
        raise typer.BadParameter("give the event's UUID, say 0192f0c1-2a3b-7c4d-8e5f-001122334455") from None
    if lake is None:
        require_data_dir(data_dir)
    stages = list(find(wanted, data_dir, lake, s3_endpoint_url))
    if as_json:
        typer.echo(json.dumps({"event_id": wanted, "stages": stages}, default=str))
    else:
        _print(wanted, stages)
    raise typer.Exit(ExitCode.OK if stages else ExitCode.FAILED)


def find(event_id: str, data_dir: Path, lake: str | None = None, s3_endpoint_url: str | None = None) -> Iterator[Stage]:
    """The stages in the order an event passes them. Of the files that were loaded, only the event's are read."""
    yield from _spool(event_id, data_dir)
    database = database_of(data_dir)
    stages, elsewhere = _warehouse(event_id, database) if database.exists() else ([], set())
    if source := lake_of(data_dir, lake, s3_endpoint_url):
        yield from _lake(event_id, source, elsewhere)
    yield from stages


def _spool(event_id: str, data_dir: Path) -> Iterator[Stage]:
    from game_events_api.spool.reading import opened, spool_files, tables

    for path in spool_files(data_dir):
        with opened(path) as connection:
            names = tables(connection)
            if "blocks" in names:
                for block_id, stream, data in connection.execute(
                    "SELECT id, stream, data FROM blocks WHERE instr(data, CAST(? AS BLOB)) > 0", (event_id,)
                ):
                    for _, line in _lines(data, event_id):
                        yield {
                            "stage": "spool",
                            "file": path.name,
                            "block": block_id,
                            "stream": stream,
                            **_moment(line),
                        }
            if "dead_letters" in names:
                connection.row_factory = sqlite3.Row
                for row in connection.execute(
                    "SELECT id, sink, stream, dead_at, reason, attempts, replayed_at FROM dead_letters"
                    " WHERE event_id = ?",
                    (event_id,),
                ):
                    yield {"stage": "dead-letter", "file": path.name, **dict(row)}


def _lake(event_id: str, lake: "Lake", elsewhere: set[str]) -> Iterator[Stage]:
    from game_events_warehouse.errors import LakeError
    from game_events_warehouse.lake import unpacked

    for file in sorted(lake.files(), key=lambda file: file.path):
        if file.path in elsewhere:
            continue
        try:
            text = unpacked(file, lake.read(file))
        except LakeError:  # the event may be in any other; `reconcile` names the file
            continue
        for number, line in _lines(text, event_id):
            yield {"stage": "lake", "file": file.path, "row": number, "stream": file.stream, **_moment(line)}


def _warehouse(event_id: str, database: Path) -> tuple[list[Stage], set[str]]:
    """What the warehouse has of the event, and the loaded files that are known not to hold it."""
    import duckdb

    with duckdb.connect(str(database), read_only=True, config={"enable_external_access": False}) as connection:
        raw = list(_raw(connection, event_id))
        loaded = {file for (file,) in connection.execute("select source_file from loaded_files").fetchall()}
        return [*raw, *_derived(connection, event_id)], loaded - {stage["file"] for stage in raw}


def _raw(connection: Any, event_id: str) -> Iterator[Stage]:
    for table, path, stage in (
        ("raw_events", "$.event.event_id", "raw"),
        ("raw_rejected_events", "$.event_id", "raw-rejected"),
    ):
        for file, row, loaded_at in connection.execute(
            f"select source_file, source_row, loaded_at from {table}"  # noqa: S608 -- names of this function
            " where contains(record::varchar, $id) and (record ->> $path) = $id order by 1, 2",
            {"id": event_id, "path": path},
        ).fetchall():
            yield {"stage": stage, "file": file, "row": row, "loaded_at": f"{loaded_at.isoformat()}Z"}


def _derived(connection: Any, event_id: str) -> Iterator[Stage]:
    for file, row, event_type in connection.execute(
        "select source_file, source_row, event_type from stg_events where event_id = ?", [event_id]
    ).fetchall():
        yield {"stage": "staged", "file": file, "row": row, "event_type": event_type}
    for event_type, disposition, reason in connection.execute(
        "select event_type, disposition, reason from int_event_dispositions where event_id = ?", [event_id]
    ).fetchall():
        yield {
            "stage": disposition,
            "event_type": event_type,
            "reason": reason,
            **_fact(connection, event_type, event_id),
        }


def _fact(connection: Any, event_type: str, event_id: str) -> Stage:
    """The row of the event's own fact table, where that exists."""
    table = f"fct_{event_type}s"
    exists = connection.execute("select 1 from information_schema.tables where table_name = ?", [table]).fetchone()
    if not exists:
        return {}
    row = connection.execute(
        f"select event_date, received_at from {table} where event_id = ?",  # noqa: S608 -- it exists
        [event_id],
    ).fetchone()
    return {} if row is None else {"table": table, "event_date": str(row[0]), "received_at": f"{row[1].isoformat()}Z"}


def _lines(data: bytes, event_id: str) -> Iterator[tuple[int, bytes]]:
    wanted = event_id.encode()
    if wanted in data:
        for number, line in enumerate(data.splitlines(), 1):
            if wanted in line and _is_about(line, event_id):
                yield number, line


def _is_about(line: bytes, event_id: str) -> bool:
    """Whether the line is this event's, not one that mentions its id elsewhere."""
    try:
        document = json.loads(line)
    except ValueError:
        return False
    return event_id in (document.get("event_id"), document.get("event", {}).get("event_id"))


def _moment(line: bytes) -> Stage:
    document = json.loads(line)
    return {name: document.get(name) for name in ("received_at", "correlation_id", "key_id") if name in document}


def _print(event_id: str, stages: list[Stage]) -> None:
    if not stages:
        print(f"{event_id} is in no spool, lake file or table of this data directory")
        return
    rows = []
    for stage in stages:
        where = " ".join(str(stage[name]) for name in ("file", "table") if stage.get(name))
        place = next((f":{stage[name]}" for name in ("row", "block") if stage.get(name)), "")
        rest = {name: value for name, value in stage.items() if name not in ("stage", "file", "table", "row", "block")}
        details = ", ".join(f"{name} {value}" for name, value in rest.items() if value is not None)
        rows.append((stage["stage"], where + place, details))
    print_table(("stage", "where", "details"), rows, title=event_id)
