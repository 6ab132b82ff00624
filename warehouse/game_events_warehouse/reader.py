"""Asking the published warehouse, which a build replaces but never writes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from game_events_warehouse.errors import WarehouseError


class QueryError(WarehouseError):
    pass


@dataclass(frozen=True)
class Contents:
    """How much there is, to be held against the lake."""

    rows: Mapping[str, int]
    """By lake file, those loaded from it; a file that was loaded and has none is there with 0."""
    distinct_events: int
    staged: int
    fates: int


@dataclass(frozen=True)
class Sighting:
    """One place where an event was seen: `raw`, `raw-rejected`, `staged`, or what became of it (`fact`, …)."""

    seen_in: str
    details: Mapping[str, Any]


def ask(database: Path, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one SQL statement read-only; the column names and the rows."""
    if not database.exists():
        raise QueryError(f"no warehouse at {database}: run `game-events warehouse build` first")
    with _opened(database) as connection:
        answer = connection.execute(sql)
        return [column[0] for column in answer.description or ()], answer.fetchall()


def contents(database: Path) -> Contents | None:
    """None while no warehouse has been built."""
    if not database.exists():
        return None
    with _opened(database) as connection:
        rows = connection.execute(
            "select source_file, sum(rows)::bigint from (select source_file, 0 as rows from loaded_files"
            " union all select source_file, 1 from raw_events"
            " union all select source_file, 1 from raw_rejected_events) group by source_file"
        ).fetchall()
        totals = connection.execute(
            "select (select count(distinct record ->> '$.event.event_id') from raw_events),"
            " (select count(*) from stg_events), (select count(*) from int_event_dispositions)"
        ).fetchall()
    return Contents(dict(rows), *totals[0])


def sightings(database: Path, event_id: str) -> tuple[list[Sighting], set[str]]:
    """Where the event is in the warehouse, and the loaded lake files that are known not to hold it."""
    if not database.exists():
        return [], set()
    with _opened(database) as connection:
        raw = list(_raw(connection, event_id))
        loaded = {file for (file,) in connection.execute("select source_file from loaded_files").fetchall()}
        holding = {sighting.details["file"] for sighting in raw}
        return [*raw, *_staged(connection, event_id), *_fates(connection, event_id)], loaded - holding


def _raw(connection: duckdb.DuckDBPyConnection, event_id: str) -> Iterator[Sighting]:
    for table, path, seen_in in (
        ("raw_events", "$.event.event_id", "raw"),
        ("raw_rejected_events", "$.event_id", "raw-rejected"),
    ):
        for file, row, loaded_at in connection.execute(
            f"select source_file, source_row, loaded_at from {table}"  # noqa: S608 -- names of this function
            " where contains(record::varchar, $id) and (record ->> $path) = $id order by 1, 2",
            {"id": event_id, "path": path},
        ).fetchall():
            yield Sighting(seen_in, {"file": file, "row": row, "loaded_at": f"{loaded_at.isoformat()}Z"})


def _staged(connection: duckdb.DuckDBPyConnection, event_id: str) -> Iterator[Sighting]:
    for file, row, event_type in connection.execute(
        "select source_file, source_row, event_type from stg_events where event_id = ?", [event_id]
    ).fetchall():
        yield Sighting("staged", {"file": file, "row": row, "event_type": event_type})


def _fates(connection: duckdb.DuckDBPyConnection, event_id: str) -> Iterator[Sighting]:
    for event_type, disposition, reason in connection.execute(
        "select event_type, disposition, reason from int_event_dispositions where event_id = ?", [event_id]
    ).fetchall():
        details = {"event_type": event_type, "reason": reason}
        yield Sighting(disposition, details | _fact(connection, event_type, event_id))


def _fact(connection: duckdb.DuckDBPyConnection, event_type: str, event_id: str) -> dict[str, Any]:
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


@contextmanager
def _opened(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Read-only, and beyond the database itself nothing of the machine is in reach of a statement."""
    try:
        with duckdb.connect(str(database), read_only=True, config={"enable_external_access": False}) as connection:
            yield connection
    except duckdb.Error as error:
        raise QueryError(str(error)) from error
