"""Exchange rates: from a source's scattered observations to one multiplier per currency and day. Pure.

All arithmetic is `Decimal` and happens here; SQL only multiplies, because a decimal division becomes
a double in most engines.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext

from game_events_warehouse.errors import ExchangeRateError

EXCHANGE_RATE_STEP = Decimal("0.000000000001")  # NUMBER(24,12)
EXCHANGE_RATE_BOUND = Decimal(10) ** 8  # an amount of 14 digits times a rate below this fits DECIMAL(38,16)
STALE_AFTER = timedelta(days=4)  # a long weekend passes, a missed week shows
CARRIED_FOR = timedelta(days=31)

Observations = Mapping[date, Decimal]


def _the_same(day: date) -> date:
    return day


def _four_days(day: date, valid_from: date) -> bool:
    return day - valid_from <= STALE_AFTER


@dataclass(frozen=True)
class ExchangeRateSource:
    """What one publisher said: per currency and day from which it is valid, the multiplier into the base currency."""

    name: str
    version: str
    multipliers: Mapping[str, Observations]
    observed_on: Callable[[date], date] = _the_same
    """When the market stood so, for a rate that is valid from the given day."""
    is_in_force: Callable[[date, date], bool] = _four_days
    """Whether, on the first day, a rate that is valid from the second is what the publisher means; else it is stale."""
    versions: Mapping[tuple[str, date], str] = field(default_factory=dict)
    """By currency and day, where one rate has a version of its own."""

    @property
    def last_date(self) -> date | None:
        """The last day for which anything was published."""
        return max((max(days) for days in self.multipliers.values() if days), default=None)


@dataclass(frozen=True)
class DailyExchangeRate:
    currency: str
    rate_date: date
    rate: Decimal
    observed_on: date
    is_stale: bool
    source: str
    version: str

    @property
    def age(self) -> timedelta:
        """How long before its day the market stood so."""
        return self.rate_date - self.observed_on


def multipliers(per_reference: Mapping[str, Observations], reference: str, base: str) -> dict[str, dict[date, Decimal]]:
    """Multipliers into `base` from quotes given as units of a currency per one unit of `reference`.

    A currency has a multiplier on the days on which both it and the base were quoted.
    """
    if base != reference and base not in per_reference:
        raise ExchangeRateError(f"base currency {base} is not among the quoted: {', '.join(sorted(per_reference))}")
    base_quotes = per_reference.get(base)
    found: dict[str, dict[date, Decimal]] = {}
    for currency, quotes in per_reference.items():
        if currency == base:
            continue
        found[currency] = {
            day: _divided(Decimal(1) if base_quotes is None else base_quotes[day], quote, currency, day)
            for day, quote in quotes.items()
            if base_quotes is None or day in base_quotes
        }
    if base_quotes is not None:
        found[reference] = {day: checked(quote, reference, day) for day, quote in base_quotes.items()}
    return found


def chosen(sources: Sequence[ExchangeRateSource], since: date, until: date) -> Iterator[DailyExchangeRate]:
    """Of all sources, one rate per currency and day.

    A rate of the day (not stale, not older than four days) comes before one that is carried or holds for a month, and
    that before one that was valid more than 31 days ago. Among equals the earlier source is taken.
    """
    for currency in sorted({currency for source in sources for currency in source.multipliers}):
        best: dict[date, tuple[int, DailyExchangeRate]] = {}
        for source in sources:
            for rate, valid_from in _of_one_currency(source, currency, since, until):
                rank = _rank(rate, valid_from)
                if rate.rate_date not in best or rank < best[rate.rate_date][0]:
                    best[rate.rate_date] = rank, rate
        for day in sorted(best):
            yield best[day][1]


def _rank(rate: DailyExchangeRate, valid_from: date) -> int:
    if not rate.is_stale and rate.age <= STALE_AFTER:
        return 0
    return 1 if rate.rate_date - valid_from <= CARRIED_FOR else 2


def daily(source: ExchangeRateSource, since: date, until: date) -> Iterator[DailyExchangeRate]:
    """One rate per currency and day from `since` to `until`, both included.

    A day for which nothing was published takes the last rate, and says that it is stale. A rate is carried for 31 days
    at most, so that a currency whose publication was suspended (RUB in 2022) turns pending instead of being converted
    at a rate of years ago. Where the whole source ends, its current currencies are carried on: an old copy of the
    source converts, and every day says stale.
    """
    for currency in sorted(source.multipliers):
        for rate, _ in _of_one_currency(source, currency, since, until):
            yield rate


def _of_one_currency(
    source: ExchangeRateSource, currency: str, since: date, until: date
) -> Iterator[tuple[DailyExchangeRate, date]]:
    """Each day's rate with the day from which it is valid."""
    end = source.last_date
    days = sorted(source.multipliers.get(currency, {}).items())
    for position, (valid_from, rate) in enumerate(days):
        assert end is not None
        if position + 1 < len(days):
            stop = min(days[position + 1][0] - timedelta(days=1), valid_from + CARRIED_FOR)
        elif end - valid_from <= CARRIED_FOR:
            stop = until
        else:
            stop = valid_from + CARRIED_FOR
        observed = source.observed_on(valid_from)
        version = source.versions.get((currency, valid_from), source.version)
        day = max(valid_from, since)
        while day <= min(stop, until):
            stale = not source.is_in_force(day, valid_from)
            yield DailyExchangeRate(currency, day, rate, observed, stale, source.name, version), valid_from
            day += timedelta(days=1)


def _divided(numerator: Decimal, quote: Decimal, currency: str, day: date) -> Decimal:
    if not quote.is_finite() or quote <= 0:
        raise ExchangeRateError(f"{currency} on {day}: {quote} is no rate")
    with localcontext() as context:
        context.prec = 50
        return checked(numerator / quote, currency, day)


def checked(rate: Decimal, currency: str, day: date) -> Decimal:
    if not rate.is_finite() or rate <= 0 or rate >= EXCHANGE_RATE_BOUND:
        raise ExchangeRateError(
            f"{currency} on {day}: a rate must lie between 0 and {EXCHANGE_RATE_BOUND:,}, not at {rate}"
        )
    with localcontext() as context:
        context.prec = 50
        rounded = rate.quantize(EXCHANGE_RATE_STEP, rounding=ROUND_HALF_UP)
    if not rounded:
        raise ExchangeRateError(f"{currency} on {day}: {rate} is nothing at {EXCHANGE_RATE_STEP:f}, the smallest rate")
    return rounded
