"""Closed months: their figures stand as they were published, and what changes later is booked into an open period."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from game_events_warehouse import books
from game_events_warehouse.books import books_of
from game_events_warehouse.errors import ClosingError
from game_events_warehouse.filling import fill
from game_events_warehouse.reader import reading

MART = "daily_revenue"
_FIGURES = dict.fromkeys(("game_id", "platform", "currency", "base_currency", "figures"), "varchar")


@dataclass(frozen=True)
class Closing:
    month: str
    """Say 2026-10."""
    closed_by: str
    closed_at: str
    base_currency: str
    days: int
    """How many rows of daily_revenue it froze."""


def measures(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """The columns of a mart that hold figures."""
    described = connection.execute(
        "select column_name from duckdb_columns()"
        " where schema_name = 'main' and table_name = ? and numeric_precision is not null order by column_index",
        [table],
    ).fetchall()
    return [name for (name,) in described]


def prepare(connection: duckdb.DuckDBPyConnection, path: Path, base: str, today: date) -> None:
    """Let dbt know which months are closed, with which figures, what was booked since, and on which day it books.

    ClosingError where they were closed in another base currency.
    """
    months: Sequence[Any] = ()
    closed: Sequence[Any] = ()
    adjusted: Sequence[Any] = ()
    if path.exists():
        with books.opened(path) as kept:
            months = kept.execute("select month || '-01', base_currency from closings").fetchall()
            closed = kept.execute(
                "select event_date, game_id, platform, currency, base_currency, figures"
                " from closed_figures inner join closings using (month)"
            ).fetchall()
            adjusted = kept.execute(
                "select booked_on, event_date, game_id, platform, currency, ?, figures from adjustments", [base]
            ).fetchall()
    for month, currency in months:
        if currency != base:
            raise ClosingError(f"{month[:7]} was closed in {currency}, so build into {currency}, not into {base}")
    fill(connection, "raw_closed_months", {"month": "date"}, [(month,) for month, _ in months])
    fill(connection, "raw_closed_figures", {"event_date": "date"} | _FIGURES, closed)
    fill(connection, "raw_adjustments", {"booked_on": "date", "event_date": "date"} | _FIGURES, adjusted)
    before = connection.execute("select value from warehouse_state where name = 'build_date'").fetchone()
    if before is not None:
        connection.execute("insert or replace into warehouse_state values ('build_date_before', ?)", [before[0]])
    connection.execute("insert or replace into warehouse_state values ('build_date', ?)", [today.isoformat()])


def close(database: Path, month: str, *, by: str, now: datetime, with_pending: bool = False) -> Closing:
    """Freeze a month that is over as it was published last.

    ClosingError where it is not over, was not published since, is closed already, or purchases of it are pending and
    `with_pending` does not say that they are to be booked when their rate is known.
    """
    first = _first_day(month)
    after = (first + timedelta(days=31)).replace(day=1)
    if now.astimezone(UTC).date() < after:
        raise ClosingError(f"{month} is not over; it can be closed from {after} on")
    path = books_of(database)
    for one in closings(path):
        if one.month == month:
            raise ClosingError(f"{month} was closed at {one.closed_at} by {one.closed_by}; a closed month stays closed")
    with reading(database) as connection:
        _require_published(connection, month, after)
        names = measures(connection, MART)
        figures = ", ".join(f"'{name}', cast({name} as varchar)" for name in names)
        rows = connection.execute(
            "select cast(event_date as varchar), game_id, platform, currency,"  # noqa: S608 -- names of columns
            f" cast(json_object({figures}) as varchar) from {MART}"
            " where event_date >= ? and event_date < ? and adjusts_date is null order by all",
            [first, after],
        ).fetchall()
        base = connection.execute("select max(base_currency) from exchange_rates").fetchall()[0][0]
    pending = sum(int(json.loads(row[-1]).get("pending_purchases") or 0) for row in rows)
    if pending and not with_pending:
        raise ClosingError(
            f"{pending} purchases of {month} wait for a rate: give one (`warehouse rates gaps` names them), or close"
            " with --with-pending, and they are booked into the period in which their rate becomes known"
        )
    closing = Closing(month, by, now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), base, len(rows))
    with books.opened(path) as kept:
        kept.execute("insert into closings values (?, ?, ?, ?)", [month, by, closing.closed_at, base])
        kept.executemany("insert into closed_figures values (?, ?, ?, ?, ?, ?)", [(month, *row) for row in rows])
    return closing


def _first_day(month: str) -> date:
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month, re.ASCII) or month.startswith("0000"):
        raise ClosingError(f"{month!r} is no month; give YYYY-MM, say 2026-10")
    return date.fromisoformat(f"{month}-01")


def _require_published(connection: duckdb.DuckDBPyConnection, month: str, after: date) -> None:
    built = connection.execute("select value::date from warehouse_state where name = 'build_date'").fetchone()
    if built is None or built[0] < after:
        raise ClosingError(
            f"the warehouse was built before {month} was over; run `game-events warehouse build`, then close"
        )


def closings(path: Path) -> list[Closing]:
    """The closed months, the earliest first."""
    if not path.exists():
        return []
    with books.opened(path) as kept:
        rows = kept.execute(
            "select month, closed_by, closed_at, base_currency,"
            " (select count(*) from closed_figures where closed_figures.month = closings.month)"
            " from closings order by 1"
        ).fetchall()
    return [Closing(*row) for row in rows]
