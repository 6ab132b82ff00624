"""Asking the published warehouse, which a build replaces but never writes."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
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
AGAIN_SECONDS = 0.05
READING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


Given = Sequence[Any] | Mapping[str, Any]
Ask = Callable[[str, Given], duckdb.DuckDBPyConnection]


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
class Whereabouts:
    """Of an event in one place of the warehouse: `raw`, `raw-rejected`, `staged`, or what became of it (`fact`, …)."""

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


def whereabouts(
    database: Path,
    event_id: str,
    *,
    seconds: float | None = None,
    monotonic: Callable[[], float] = time.monotonic,
) -> tuple[list[Whereabouts], set[str], bool]:
    """Where the event is in the warehouse, loaded lake files that are known not to hold it, and whether that is all.

    With `seconds` it ends after these, with what was found by then: of the copies of an accepted event the one that
    counts first.
    """
    if not database.exists():
        return [], set(), True
    staged: list[Whereabouts] = []
    fates: list[Whereabouts] = []
    raw: list[Whereabouts] = []
    loaded: set[str] = set()
    with (
        _opened(database) as connection,
        _in_time(connection, seconds, monotonic) as ask_it,
        suppress(duckdb.InterruptException),
    ):
        staged.extend(_staged(ask_it, event_id))
        fates.extend(_fates(ask_it, event_id))
        files = sorted({str(one.details["file"]) for one in staged})
        raw.extend(_raw(ask_it, event_id, "list_contains($files, source_file)", files))
        raw.extend(_raw(ask_it, event_id, "not list_contains($files, source_file)", files))
        raw.sort(key=lambda one: (one.details["file"], one.details["row"]))
        raw.extend(_raw_rejected(ask_it, event_id))
        loaded.update(file for (file,) in ask_it("select source_file from loaded_files", []).fetchall())
        return [*raw, *staged, *fates], loaded - {one.details["file"] for one in raw}, True
    return [*raw, *staged, *fates], set(), False


def _raw(ask_it: Ask, event_id: str, which: str, files: list[str]) -> Iterator[Whereabouts]:
    yield from _raw_lines(
        ask_it,
        "raw",
        "select record ->> '$.event.game_id', fingerprint, source_file, source_row, loaded_at from raw_events"  # noqa: S608
        f" where {which} and contains(record::varchar, $id) and (record ->> '$.event.event_id') = $id",
        {"id": event_id, "files": files},
    )


def _raw_rejected(ask_it: Ask, event_id: str) -> Iterator[Whereabouts]:
    yield from _raw_lines(
        ask_it,
        "raw-rejected",
        "select record ->> '$.game_id', null, source_file, source_row, loaded_at from raw_rejected_events"
        " where contains(record::varchar, $id) and (record ->> '$.event_id') = $id order by 3, 4",
        {"id": event_id},
    )


def _raw_lines(ask_it: Ask, seen_in: str, sql: str, given: Mapping[str, Any]) -> Iterator[Whereabouts]:
    for game_id, fingerprint, file, row, loaded_at in ask_it(sql, given).fetchall():
        loaded = {"file": file, "row": row, "loaded_at": f"{loaded_at.isoformat()}Z"}
        yield Whereabouts(seen_in, {"game_id": game_id, "fingerprint": fingerprint, **loaded})


def _staged(ask_it: Ask, event_id: str) -> Iterator[Whereabouts]:
    for game_id, fingerprint, file, row, event_type in ask_it(
        "select game_id, fingerprint, source_file, source_row, event_type from stg_events where event_id = ?"
        " order by all",
        [event_id],
    ).fetchall():
        place = {"file": file, "row": row, "event_type": event_type}
        yield Whereabouts("staged", {"game_id": game_id, "fingerprint": fingerprint, **place})


def _fates(ask_it: Ask, event_id: str) -> Iterator[Whereabouts]:
    for game_id, fingerprint, event_type, disposition, reason in ask_it(
        "select game_id, fingerprint, event_type, disposition, reason from int_event_dispositions"
        " where event_id = ? order by all",
        [event_id],
    ).fetchall():
        details = {"game_id": game_id, "fingerprint": fingerprint, "event_type": event_type, "reason": reason}
        yield Whereabouts(disposition, details | _fact(ask_it, event_type, (game_id, event_id, fingerprint)))


def _fact(ask_it: Ask, event_type: str, known_by: tuple[str, str, str]) -> dict[str, Any]:
    """The row of the event's own fact table, where that exists; `known_by` is its game, its id, its fingerprint."""
    built = "select 1 from information_schema.tables where table_name = 'event_types'"
    if not ask_it(built, []).fetchone():  # by an earlier release
        return {}
    known = ask_it("select distinct fact from event_types where event_type = ?", [event_type]).fetchone()
    if known is None:
        return {}
    table = str(known[0])
    answer = ask_it(
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
def _in_time(
    connection: duckdb.DuckDBPyConnection, seconds: float | None, monotonic: Callable[[], float]
) -> Iterator[Ask]:
    """Gives what asks one question after the other; `duckdb.InterruptException` once the time is over."""
    if seconds is None:
        yield connection.execute
        return
    done, ends = threading.Event(), monotonic() + seconds

    def interrupt() -> None:
        """Again and again: one that comes between two questions is lost."""
        left = seconds
        while not done.wait(left):
            connection.interrupt()
            left = AGAIN_SECONDS

    def ask_it(sql: str, given: Given) -> duckdb.DuckDBPyConnection:
        if monotonic() >= ends:
            raise duckdb.InterruptException("its time is over")
        return connection.execute(sql, given)

    watch = threading.Thread(target=interrupt, name="lookup-time")
    watch.start()
    try:
        yield ask_it
    finally:
        done.set()
        watch.join()


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
