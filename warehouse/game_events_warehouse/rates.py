"""Exchange rates as people ask for them: which there are, how old, where they lack, and the studio's own."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from game_events_warehouse import studio_exchange_rates
from game_events_warehouse.books import books_of
from game_events_warehouse.errors import ExchangeRateError
from game_events_warehouse.exchange_rate_table import sources
from game_events_warehouse.exchange_rates import DailyExchangeRate, chosen
from game_events_warehouse.rate_use import gaps
from game_events_warehouse.reader import reading
from game_events_warehouse.studio_exchange_rates import BooksEntry, GivenRate


@dataclass(frozen=True)
class SourceAge:
    """`last` is the day of the newest rate, None where there is none; `currencies` are those that have one of late."""

    source: str
    version: str
    last: date | None
    age_days: int | None
    currencies: int


def on_day(database: Path, base: str, day: date, ecb_history: Path | None = None) -> list[DailyExchangeRate]:
    """The rate of every currency into `base` on one day, as a build would take it."""
    return list(chosen(sources(base, day, books_of(database), ecb_history), day, day))


def ages(database: Path, base: str, today: date, ecb_history: Path | None = None) -> list[SourceAge]:
    """How new each source is."""
    found = []
    for source in sources(base, today, books_of(database), ecb_history):
        newest = [(max(days), currency) for currency, days in source.multipliers.items() if days]
        last = max((day for day, _ in newest), default=None)
        observed = None if last is None else source.observed_on(last)
        age = None if observed is None else max((today - observed).days, 0)
        found.append(SourceAge(source.name, source.version, observed, age, sum(day == last for day, _ in newest)))
    return found


def load(database: Path, file: Path, *, base: str, by: str, now: datetime) -> tuple[int, int]:
    """Write a file's rates into the books; how many it holds, and how many of them are new or changed."""
    rates = studio_exchange_rates.read(file, base, now.astimezone(UTC).date())
    return len(rates), studio_exchange_rates.give(books_of(database), rates, by=by, origin=file.name, now=now)


def withdraw(database: Path, currency: str, day: date, *, base: str, by: str, now: datetime) -> None:
    """Take one of the studio's rates out of force; it stays in the books. ExchangeRateError where there is none."""
    if not any(
        (own.given.currency, own.given.rate_date, own.given.base_currency) == (currency, day, base)
        for own in of_the_studio(database)
    ):
        raise ExchangeRateError(f"the studio gave no rate of {currency} into {base} for {day}; see `rates list --own`")
    studio_exchange_rates.give(
        books_of(database), [GivenRate(currency, day, base, None)], by=by, origin="withdrawn", now=now
    )


def of_the_studio(database: Path) -> list[BooksEntry]:
    """The studio's own rates in force."""
    return [own for own in studio_exchange_rates.in_force(books_of(database)) if own.given.rate is not None]


def gaps_of(database: Path) -> list[dict[str, Any]]:
    """Where the published warehouse lacks rates, by column. QueryError where there is no warehouse."""
    with reading(database) as connection:
        return gaps(connection)
