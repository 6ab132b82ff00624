"""Keeps raw_exchange_rates in step with the rate sources."""

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb

from game_events_warehouse import ecb, studio_exchange_rates
from game_events_warehouse.exchange_rate_files import version
from game_events_warehouse.exchange_rates import ExchangeRateSource, daily

STATE = "exchange_rates"


def refresh(
    connection: duckdb.DuckDBPyConnection,
    *,
    base: str,
    today: date,
    scratch: Path,
    ecb_history: Path | None = None,
    studio_file: Path | None = None,
) -> bool:
    """Write one row per currency and day that an event may have; False when nothing changed since the last time.

    They reach from the year before the earliest event to two days after `today`, because an event may lie a
    day ahead of its receipt. The studio's own file fills what the ECB does not publish, and never overrides it.
    """
    history = ecb_history or ecb.packaged_history()
    versions = [version(ecb.PUBLISHER, history)]
    if studio_file:
        versions.append(version(studio_exchange_rates.PUBLISHER, studio_file))
    first = connection.execute("select min(first_event_date) from loaded_files").fetchone()
    since = date((first[0] if first and first[0] else today).year - 1, 1, 1)
    until = today + timedelta(days=2)
    state = f"{base} from {since} until {until} by {', '.join(versions)}"
    row = connection.execute("select value from warehouse_state where name = ?", [STATE]).fetchone()
    if row and row[0] == state:
        return False
    sources = [ecb.read(history, base, since)] + ([studio_exchange_rates.read(studio_file)] if studio_file else [])
    rows = scratch / "exchange_rates.csv"
    _write(rows, sources, since, until)
    connection.execute("begin")
    connection.execute("delete from raw_exchange_rates")
    connection.execute(
        "insert into raw_exchange_rates by name select $base as base_currency, * from read_csv($rows, header = true,"
        " columns = {currency: 'varchar', rate_date: 'date', rate: 'decimal(24, 12)', observed_on: 'date',"
        " is_stale: 'boolean', rate_source: 'varchar', rates_version: 'varchar'})",
        {"base": base, "rows": str(rows)},
    )
    connection.execute("insert or replace into warehouse_state values (?, ?)", [STATE, state])
    connection.execute("commit")
    rows.unlink()
    return True


def _write(path: Path, sources: Sequence[ExchangeRateSource], since: date, until: date) -> None:
    covered: set[tuple[str, date]] = set()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["currency", "rate_date", "rate", "observed_on", "is_stale", "rate_source", "rates_version"])
        for source in sources:
            for rate in daily(source, since, until):
                key = (rate.currency, rate.rate_date)
                if key in covered:
                    continue
                covered.add(key)
                writer.writerow(
                    [rate.currency, rate.rate_date, f"{rate.rate:f}", rate.observed_on, rate.is_stale,
                     rate.source, rate.version]
                )  # fmt: skip
