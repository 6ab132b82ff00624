"""Asking the published warehouse, which a build replaces but never writes."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from game_events_warehouse.errors import WarehouseError

MEMORY = "1GB"
AT_ONCE = 10_000
MONEY = (
    *("amount", "currency", "amount_base", "base_currency", "rate", "rate_date", "rate_source", "rates_version"),
    *("rate_is_stale", "rate_status", "refund_status"),
)
"""Columns of a fact that say what an event counts as; a fact has those that it needs."""
READING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


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


def ask(database: Path, sql: str) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """Ask one question: the column names, and the rows as they are found, however many."""
    rows = _asked(database, question(sql))
    return list(next(rows)), rows


def question(sql: str) -> str:
    """The text of the one statement; QueryError unless it is one, and only reads."""
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise QueryError(str(error)) from error
    if len(statements) != 1:
        raise QueryError(f"{len(statements)} statements where there is to be one")
    if statements[0].type not in READING:
        kind = statements[0].type.name.lower()
        raise QueryError(f"the warehouse is asked, not changed: give a SELECT, not {kind}")
    text = statements[0].query
    end = len(text)
    for place, _ in reversed(duckdb.tokenize(text)):  # a semicolon may have a comment behind it
        if text[place] != ";":
            break
        end = place
    return text[:end]


def _asked(database: Path, sql: str) -> Iterator[tuple[Any, ...]]:
    """The column names first."""
    with reading(database) as connection:
        answer = connection.execute(sql)
        yield tuple([column[0] for column in answer.description or ()])
        while rows := answer.fetchmany(AT_ONCE):
            yield from rows


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
            "select (select count(distinct (record ->> '$.event.game_id', record ->> '$.event.event_id', fingerprint))"
            " from raw_events),"
            " (select count(*) from stg_events), (select count(*) from int_event_dispositions)"
        ).fetchall()
    return Contents(dict(rows), *totals[0])


def sightings(database: Path, event_id: str, *, seconds: float | None = None) -> tuple[list[Sighting], set[str]]:
    """Where the event is in the warehouse, and the loaded lake files that are known not to hold it.

    With `seconds` the lines of every file are not read: of the copies of an accepted event only the one that counts is
    found. QueryError when even that takes longer.
    """
    if not database.exists():
        return [], set()
    with _opened(database) as connection, _ended_after(connection, seconds):
        staged = list(_staged(connection, event_id))
        files = None if seconds is None else [str(one.details["file"]) for one in staged]
        raw = [*_raw(connection, event_id, files), *_raw_rejected(connection, event_id)]
        loaded = {file for (file,) in connection.execute("select source_file from loaded_files").fetchall()}
        holding = {sighting.details["file"] for sighting in raw}
        return [*raw, *staged, *_fates(connection, event_id)], loaded - holding


def _raw(connection: duckdb.DuckDBPyConnection, event_id: str, files: list[str] | None) -> Iterator[Sighting]:
    """Of these files, or of all."""
    only, given = ("", {}) if files is None else (" and list_contains($files, source_file)", {"files": files})
    if files == []:
        return
    yield from _raw_lines(
        connection,
        "raw",
        "select record ->> '$.event.game_id', fingerprint, source_file, source_row, loaded_at from raw_events"  # noqa: S608
        f" where contains(record::varchar, $id) and (record ->> '$.event.event_id') = $id{only} order by 3, 4",
        {"id": event_id, **given},
    )


def _raw_rejected(connection: duckdb.DuckDBPyConnection, event_id: str) -> Iterator[Sighting]:
    yield from _raw_lines(
        connection,
        "raw-rejected",
        "select record ->> '$.game_id', null, source_file, source_row, loaded_at from raw_rejected_events"
        " where contains(record::varchar, $id) and (record ->> '$.event_id') = $id order by 3, 4",
        {"id": event_id},
    )


def _raw_lines(
    connection: duckdb.DuckDBPyConnection, seen_in: str, sql: str, given: Mapping[str, Any]
) -> Iterator[Sighting]:
    for game_id, fingerprint, file, row, loaded_at in connection.execute(sql, given).fetchall():
        loaded = {"file": file, "row": row, "loaded_at": f"{loaded_at.isoformat()}Z"}
        yield Sighting(seen_in, {"game_id": game_id, "fingerprint": fingerprint, **loaded})


def _staged(connection: duckdb.DuckDBPyConnection, event_id: str) -> Iterator[Sighting]:
    for game_id, fingerprint, file, row, event_type in connection.execute(
        "select game_id, fingerprint, source_file, source_row, event_type from stg_events where event_id = ?"
        " order by all",
        [event_id],
    ).fetchall():
        place = {"file": file, "row": row, "event_type": event_type}
        yield Sighting("staged", {"game_id": game_id, "fingerprint": fingerprint, **place})


def _fates(connection: duckdb.DuckDBPyConnection, event_id: str) -> Iterator[Sighting]:
    for game_id, fingerprint, event_type, disposition, reason in connection.execute(
        "select game_id, fingerprint, event_type, disposition, reason from int_event_dispositions"
        " where event_id = ? order by all",
        [event_id],
    ).fetchall():
        details = {"game_id": game_id, "fingerprint": fingerprint, "event_type": event_type, "reason": reason}
        yield Sighting(disposition, details | _fact(connection, event_type, (game_id, event_id, fingerprint)))


def _fact(connection: duckdb.DuckDBPyConnection, event_type: str, known_by: tuple[str, str, str]) -> dict[str, Any]:
    """The row of the event's own fact table, where that exists; `known_by` is its game, its id, its fingerprint."""
    built = "select 1 from information_schema.tables where table_name = 'event_types'"
    if not connection.execute(built).fetchone():  # by an earlier release
        return {}
    known = connection.execute("select distinct fact from event_types where event_type = ?", [event_type]).fetchone()
    if known is None:
        return {}
    table = str(known[0])
    answer = connection.execute(
        f"select * from {table} where game_id = ? and event_id = ? and fingerprint = ?",  # noqa: S608 -- codegen named it
        known_by,
    )
    names = [column[0] for column in answer.description or ()]
    row = answer.fetchone()
    if row is None:
        return {}
    fields = dict(zip(names, row, strict=True))
    counted = {name: str(fields[name]) for name in MONEY if fields.get(name) is not None}
    received = f"{fields['received_at'].isoformat()}Z"
    return {"table": table, "event_date": str(fields["event_date"]), "received_at": received, **counted}


@contextmanager
def _ended_after(connection: duckdb.DuckDBPyConnection, seconds: float | None) -> Iterator[None]:
    timer = None if seconds is None else threading.Timer(seconds, connection.interrupt)
    if timer is not None:
        timer.start()
    try:
        yield
    finally:
        if timer is not None:
            timer.cancel()


@contextmanager
def reading(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published warehouse, for questions. QueryError where there is none, or a question cannot be answered."""
    require_warehouse(database)
    with _opened(database) as connection:
        yield connection


def require_warehouse(database: Path) -> None:
    """QueryError where none was built."""
    if not database.exists():
        raise QueryError(f"no warehouse at {database}: run `game-events warehouse build` first")


@contextmanager
def _opened(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Read-only, and beyond the database itself nothing of the machine is in reach of a statement."""
    try:
        config: dict[str, Any] = {"enable_external_access": False, "memory_limit": MEMORY}
        with duckdb.connect(str(database), read_only=True, config=config) as connection:
            yield connection
    except duckdb.Error as error:
        raise QueryError(str(error)) from error
