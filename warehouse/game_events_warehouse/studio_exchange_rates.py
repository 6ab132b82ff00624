"""Rates the studio gives itself, for currencies that the ECB does not publish (KWD, VND, TWD…).

A CSV file with the columns `currency`, `rate_date` (YYYY-MM-DD) and `rate`: how much of the base
currency one unit is worth, say `KWD,2026-11-20,3.2573` for US dollars.
"""

import csv
import io
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from game_events_warehouse.errors import ExchangeRateError
from game_events_warehouse.exchange_rate_files import contents, version
from game_events_warehouse.exchange_rates import ExchangeRateSource, checked

PUBLISHER = "studio"
COLUMNS = ("currency", "rate_date", "rate")


def read(file: Path) -> ExchangeRateSource:
    """The file's rates; a line that cannot be understood is an error with its number."""
    rates: dict[str, dict[date, Decimal]] = {}
    try:
        lines = io.StringIO(contents(file).decode("utf-8-sig"), newline="")
    except UnicodeDecodeError as error:
        raise ExchangeRateError(f"{file}: write it in UTF-8; {error}") from error
    rows = csv.DictReader(lines)
    if not set(COLUMNS) <= set(rows.fieldnames or ()):
        raise ExchangeRateError(f"{file}: the first line must name the columns {', '.join(COLUMNS)}")
    for row in rows:
        try:
            currency, day, rate = (
                row["currency"].strip(),
                date.fromisoformat(row["rate_date"]),
                Decimal(row["rate"]),
            )
        except (ValueError, InvalidOperation, AttributeError, TypeError) as error:
            raise ExchangeRateError(f"{file}, line {rows.line_num}: give currency,YYYY-MM-DD,decimal rate") from error
        rates.setdefault(currency, {})[day] = checked(rate, currency, day)
    return ExchangeRateSource("studio", version(PUBLISHER, file), rates)
