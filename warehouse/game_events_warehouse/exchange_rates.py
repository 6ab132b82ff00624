"""Exchange rates: from a source's scattered observations to one multiplier per currency and day. Pure.

All arithmetic is `Decimal` and happens here; SQL only multiplies, because a decimal division becomes
a double in most engines.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext

from game_events_warehouse.errors import ExchangeRateError

EXCHANGE_RATE_STEP = Decimal("0.000000000001")  # NUMBER(24,12)
EXCHANGE_RATE_BOUND = Decimal(10) ** 8  # an amount of 14 digits times a rate below this fits DECIMAL(38,16)
STALE_AFTER = timedelta(days=4)  # a long weekend passes, a missed week shows
CARRIED_FOR = timedelta(days=31)

Observations = Mapping[date, Decimal]


@dataclass(frozen=True)
class ExchangeRateSource:
    """What one publisher observed: per currency and day, the multiplier into the base currency."""

    name: str
    version: str
    multipliers: Mapping[str, Observations]

    @property
    def last_date(self) -> date | None:
        """The last day on which anything was observed."""
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


def daily(source: ExchangeRateSource, since: date, until: date) -> Iterator[DailyExchangeRate]:
    """One rate per currency and day from `since` to `until`, both included.

    A day without an observation takes the last one, flagged stale once it is older than four days. An
    observation is carried for 31 days at most, so that a currency whose publication was suspended (RUB in
    2022) turns pending instead of being converted at a rate of years ago. Where the whole source ends,
    its current currencies are carried on: an old copy of the source converts, and every day says stale.
    """
    end = source.last_date
    if end is None:
        return
    for currency in sorted(source.multipliers):
        days = sorted(source.multipliers[currency].items())
        for position, (observed, rate) in enumerate(days):
            if position + 1 < len(days):
                stop = min(days[position + 1][0] - timedelta(days=1), observed + CARRIED_FOR)
            elif end - observed <= CARRIED_FOR:
                stop = until
            else:
                stop = observed + CARRIED_FOR
            day = max(observed, since)
            while day <= min(stop, until):
                stale = day - observed > STALE_AFTER
                yield DailyExchangeRate(currency, day, rate, observed, stale, source.name, source.version)
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
        return rate.quantize(EXCHANGE_RATE_STEP, rounding=ROUND_HALF_UP)
