"""Rates the studio gives itself, for currencies that the ECB does not publish (KWD, VND, TWD…).

A CSV file with the columns `currency`, `rate_date` (YYYY-MM-DD) and `rate`: how much of the base
currency one unit is worth, say `KWD,2026-11-20,3.2573` for US dollars.
"""

import csv
import io
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from game_events_warehouse.errors import RatesError
from game_events_warehouse.rate_files import contents, version
from game_events_warehouse.rates import RateSource, checked

PUBLISHER = "studio"
COLUMNS = ("currency", "rate_date", "rate")


def read(file: Path) -> RateSource:
    """The file's rates; a line that cannot be understood is refused with its number."""
    rates: dict[str, dict[date, Decimal]] = {}
    try:
        lines = io.StringIO(contents(file).decode("utf-8-sig"), newline="")
    except UnicodeDecodeError as error:
        raise RatesError(f"{file}: write it in UTF-8; {error}") from error
    rows = csv.DictReader(lines)
    if not set(COLUMNS) <= set(rows.fieldnames or ()):
        raise RatesError(f"{file}: the first line must name the columns {', '.join(COLUMNS)}")
    for row in rows:
        try:
            currency, day, rate = (
                row["currency"].strip(),
                date.fromisoformat(row["rate_date"]),
                Decimal(row["rate"]),
            )
        except (ValueError, InvalidOperation, AttributeError, TypeError) as error:
            raise RatesError(f"{file}, line {rows.line_num}: give currency,YYYY-MM-DD,decimal rate") from error
        rates.setdefault(currency, {})[day] = checked(rate, currency, day)
    return RateSource("studio", version(PUBLISHER, file), rates)
