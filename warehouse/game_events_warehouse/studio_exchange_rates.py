"""Rates the studio gives itself, for currencies that nobody publishes, or better ones than a month's.

A CSV or JSON file with `currency`, `rate_date` (YYYY-MM-DD) and `rate`: how much of the base currency one unit is
worth, say `KWD,2026-11-20,3.2573` for US dollars. They are kept in the books, with who gave them and when.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from game_events_warehouse.books import opened
from game_events_warehouse.errors import ExchangeRateError
from game_events_warehouse.exchange_rate_files import contents
from game_events_warehouse.exchange_rates import ExchangeRateSource, checked

PUBLISHER = "studio"
COLUMNS = ("currency", "rate_date", "rate")
AHEAD = timedelta(days=366)
_CURRENCY = re.compile("[A-Z]{3}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_RATE = re.compile(r"\d+(\.\d+)?([eE][-+]?\d{1,2})?", re.ASCII)


@dataclass(frozen=True)
class GivenRate:
    """A rate of the studio. `rate` is None where it was withdrawn."""

    currency: str
    rate_date: date
    base_currency: str
    rate: Decimal | None


@dataclass(frozen=True)
class BooksEntry:
    """A given rate as it stands in the books."""

    entry: int
    given: GivenRate
    given_by: str
    given_at: str
    origin: str


def read(file: Path, base: str, today: date) -> list[GivenRate]:
    """The file's rates, whole or not at all; what cannot be understood is an error with its line (in JSON, its item).

    A column `base_currency` says into what a rate leads, where it is not `base`.
    """
    try:
        text = contents(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ExchangeRateError(f"{file}: write it in UTF-8; {error}") from error
    rows = _items(file, text) if file.suffix.lower() == ".json" else _lines(file, text)
    found: dict[tuple[str, date, str], tuple[GivenRate, str]] = {}
    for where, row in rows:
        given = _given(row, base, today, where)
        key = (given.currency, given.rate_date, given.base_currency)
        before, first = found.setdefault(key, (given, where))
        if before.rate != given.rate:
            what = f"{given.currency} on {given.rate_date}"
            raise ExchangeRateError(f"{where}: {what} is {given.rate} here and {before.rate} before ({first})")
    if not found:
        raise ExchangeRateError(f"{file} holds no rate: give lines of {','.join(COLUMNS)}")
    return [given for given, _ in found.values()]


def _lines(file: Path, text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        if not set(COLUMNS) <= set(rows.fieldnames or ()):
            raise ExchangeRateError(f"{file}: the first line must name the columns {', '.join(COLUMNS)}")
        for row in rows:
            where = f"{file}, line {rows.line_num}"
            if None in row:
                raise ExchangeRateError(f"{where}: more cells than columns; write a decimal point, no comma")
            yield where, row
    except csv.Error as error:
        raise ExchangeRateError(f"{file}, after line {rows.line_num}: {error}") from error


def _items(file: Path, text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        items = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise ExchangeRateError(f"{file} is no JSON: {error}") from error
    if not isinstance(items, list):
        raise ExchangeRateError(f"{file}: give a list of objects with {', '.join(COLUMNS)}")
    for number, item in enumerate(items, 1):
        where = f"{file}, item {number}"
        if not isinstance(item, dict):
            raise ExchangeRateError(f"{where}: give an object with {', '.join(COLUMNS)}")
        yield where, item


def _given(row: dict[str, Any], base: str, today: date, where: str) -> GivenRate:
    currency, day, rate = (_cell(row, name) for name in COLUMNS)
    into = _cell(row, "base_currency") or base
    for code in (currency, into):
        if not _CURRENCY.fullmatch(code):
            raise ExchangeRateError(f"{where}: {code!r} is no currency code; give three capitals, say KWD")
    if currency == into:
        raise ExchangeRateError(f"{where}: {currency} is the base currency itself; its rate is always 1")
    if not _RATE.fullmatch(rate):
        raise ExchangeRateError(f"{where}: {rate!r} is no rate; give a decimal number, say 3.2573")
    try:
        valid = date.fromisoformat(day) if _DAY.fullmatch(day) else None
    except ValueError:
        valid = None
    if valid is None:
        raise ExchangeRateError(f"{where}: {day!r} is no day; give YYYY-MM-DD")
    if valid > today + AHEAD:
        raise ExchangeRateError(f"{where}: {valid} is more than a year ahead")
    try:
        return GivenRate(currency, valid, into, checked(Decimal(rate), currency, valid))
    except ExchangeRateError as error:
        raise ExchangeRateError(f"{where}: {error}") from error


def _cell(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    return value.strip() if isinstance(value, str) else "" if value is None else repr(value)


def give(books: Path, rates: Sequence[GivenRate], *, by: str, origin: str, now: datetime) -> int:
    """Write into the books what differs from what is in force, all of it or nothing; how many entries that made."""
    with opened(books) as connection:
        force = {_key(entry.given): entry.given.rate for entry in _in_force(connection)}
        fresh = [given for given in rates if force.get(_key(given)) != given.rate]
        connection.executemany(
            "insert into studio_rates (currency, rate_date, base_currency, rate, given_by, given_at, origin)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            [
                (*_key(given), None if given.rate is None else f"{given.rate:f}", by, _moment(now), origin)
                for given in fresh
            ],
        )
    return len(fresh)


def in_force(books: Path) -> list[BooksEntry]:
    """What the studio's rates are now; the withdrawn ones among them. Nothing is made where there are no books."""
    if not books.exists():
        return []
    with opened(books) as connection:
        return _in_force(connection)


def _in_force(connection: Any) -> list[BooksEntry]:
    rows = connection.execute(
        "select max(entry), currency, rate_date, base_currency, rate, given_by, given_at, origin from studio_rates"
        " group by currency, rate_date, base_currency order by currency, rate_date, base_currency"
    )
    return [
        BooksEntry(
            entry,
            GivenRate(currency, date.fromisoformat(day), into, None if rate is None else Decimal(rate)),
            by,
            at,
            origin,
        )
        for entry, currency, day, into, rate, by, at, origin in rows
    ]


def source(entries: Iterable[BooksEntry], base: str) -> ExchangeRateSource:
    """The rates in force that lead into `base`; each is known by its number in the books."""
    rates: dict[str, dict[date, Decimal]] = {}
    versions: dict[tuple[str, date], str] = {}
    for entry in entries:
        given = entry.given
        if given.base_currency == base and given.rate is not None:
            rates.setdefault(given.currency, {})[given.rate_date] = given.rate
            versions[given.currency, given.rate_date] = f"{PUBLISHER}-{entry.entry}"
    return ExchangeRateSource(PUBLISHER, PUBLISHER, rates, versions=versions)


def _key(given: GivenRate) -> tuple[str, str, str]:
    return given.currency, given.rate_date.isoformat(), given.base_currency


def _moment(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
