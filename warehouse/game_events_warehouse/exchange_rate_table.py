"""Keeps raw_exchange_rates in step with the rate sources."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain
from pathlib import Path

import duckdb

from game_events_warehouse import ecb, hmrc, studio_exchange_rates
from game_events_warehouse.exchange_rate_files import version
from game_events_warehouse.exchange_rates import DailyExchangeRate, ExchangeRateSource, chosen

STATE = "exchange_rates"
FIRST_CREDIBLE_DAY = date(2014, 2, 1)
"""The first with rates of every source. A line that claims an earlier one is a mistake; the table begins here."""
NOTE_CHANGES = """
insert into changed_exchange_rates
select currency, rate_date, new.rate is distinct from old.rate or new.base_currency is distinct from old.base_currency
from raw_exchange_rates as new full join rates_before as old using (currency, rate_date)
where new is distinct from old
"""
COLUMNS = {
    "currency": "varchar",
    "rate_date": "date",
    "rate": "decimal(24, 12)",
    "observed_on": "date",
    "is_stale": "boolean",
    "rate_source": "varchar",
    "rates_version": "varchar",
}


def sources(base: str, since: date, books: Path, ecb_history: Path | None = None) -> list[ExchangeRateSource]:
    """Where rates come from, in the order in which they are asked: the ECB, the studio, HMRC."""
    european = ecb.read(ecb_history or ecb.packaged_history(), base, since)
    british = hmrc.read(base, since)
    own = studio_exchange_rates.source(studio_exchange_rates.in_force(books), base)
    return [european, own, *([british] if british else [])]


def refresh(
    connection: duckdb.DuckDBPyConnection,
    *,
    base: str,
    today: date,
    scratch: Path,
    books: Path,
    ecb_history: Path | None = None,
) -> bool:
    """Write one row per currency and day that an event may have; False when nothing changed since the last time.

    They reach from the year before the earliest credible event to two days after `today`, because an event may lie a
    day ahead of its receipt.
    """
    first = connection.execute(
        "select min(first_event_date) from loaded_files where first_event_date >= ?", [FIRST_CREDIBLE_DAY]
    ).fetchone()
    since = date((first[0] if first and first[0] else today).year - 1, 1, 1)
    until = today + timedelta(days=2)
    entries = studio_exchange_rates.in_force(books)
    versions = [
        version(ecb.PUBLISHER, ecb_history or ecb.packaged_history()),
        f"{studio_exchange_rates.PUBLISHER}-{max((entry.entry for entry in entries), default=0)}",
        hmrc.packaged_version(),
    ]
    state = f"{base} at 1 from {since} until {until} by {', '.join(versions)}"
    row = connection.execute("select value from warehouse_state where name = ?", [STATE]).fetchone()
    connection.execute("delete from changed_exchange_rates")
    if row and row[0] == state:
        return False
    rows = scratch / "exchange_rates.csv"
    _write(rows, chain(_identity(base, since, until), chosen(sources(base, since, books, ecb_history), since, until)))
    connection.execute("begin")
    connection.execute("create or replace temp table rates_before as from raw_exchange_rates")
    connection.execute("delete from raw_exchange_rates")
    connection.execute(
        "insert into raw_exchange_rates by name"  # noqa: S608 -- constants of this module
        " select $base as base_currency, * from read_csv($rows, header = true,"
        f" columns = {COLUMNS})",
        {"base": base, "rows": str(rows)},
    )
    connection.execute(NOTE_CHANGES)
    connection.execute("insert or replace into warehouse_state values (?, ?)", [STATE, state])
    connection.execute("commit")
    rows.unlink()
    return True


def _identity(base: str, since: date, until: date) -> Iterator[DailyExchangeRate]:
    """The base currency, so that every purchase is converted in the same way."""
    for days in range((until - since).days + 1):
        day = since + timedelta(days=days)
        yield DailyExchangeRate(base, day, Decimal(1), day, False, "identity", "identity")


def _write(path: Path, rates: Iterable[DailyExchangeRate]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(
            (one.currency, one.rate_date, f"{one.rate:f}", one.observed_on, one.is_stale, one.source, one.version)
            for one in rates
        )
