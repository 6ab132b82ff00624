"""Keeps raw_exchange_rates in step with the rate sources."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from game_events_warehouse import ecb, studio_rates
from game_events_warehouse.rates import RateSource, daily

STATE = "exchange_rates"


def refresh(
    connection: duckdb.DuckDBPyConnection,
    *,
    base: str,
    until: date,
    scratch: Path,
    ecb_history: Path | None = None,
    studio_file: Path | None = None,
) -> bool:
    """Write one row per currency and day up to `until`; False when nothing changed since the last time.

    The studio's own file fills what the ECB does not publish, and never overrides it.
    """
    history = ecb_history or ecb.packaged_history()
    versions = [ecb.version(history)] + ([studio_rates.version(studio_file)] if studio_file else [])
    state = f"{base} until {until} from {', '.join(versions)}"
    row = connection.execute("select value from warehouse_state where name = ?", [STATE]).fetchone()
    if row and row[0] == state:
        return False
    sources = [ecb.read(history, base)] + ([studio_rates.read(studio_file)] if studio_file else [])
    rows = scratch / "exchange_rates.csv"
    _write(rows, sources, until)
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


def _write(path: Path, sources: Sequence[RateSource], until: date) -> None:
    covered: set[tuple[str, date]] = set()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["currency", "rate_date", "rate", "observed_on", "is_stale", "rate_source", "rates_version"])
        for source in sources:
            for rate in daily(source, until):
                key = (rate.currency, rate.rate_date)
                if key in covered:
                    continue
                covered.add(key)
                writer.writerow(
                    [rate.currency, rate.rate_date, f"{rate.rate:f}", rate.observed_on, rate.is_stale,
                     rate.source, rate.version]
                )  # fmt: skip
