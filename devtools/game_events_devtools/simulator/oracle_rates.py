"""Rates in USD as they were published, by another way than the warehouse's: day by day, asked of the packages."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from currency_converter import CurrencyConverter  # type: ignore[import-untyped]
from hmrc_rates import Rates

CARRIED = timedelta(days=31)
FRESH = timedelta(days=4)
_STEP = Decimal("1e-12")


@dataclass(frozen=True)
class PublishedRate:
    usd: Decimal
    """For one unit."""
    is_stale: bool


class PublishedRates:
    """The ECB's, and where those are more than 31 days old or there are none, HMRC's of the month."""

    def __init__(self) -> None:
        self._ecb = CurrencyConverter(decimal=True)
        self._hmrc = Rates()
        self._months = [date(month.year, month.month, 1) for month in self._hmrc.months()]
        self._known: dict[tuple[str, date], PublishedRate | None] = {}

    def of(self, currency: str, day: date) -> PublishedRate | None:
        """None where nobody publishes a rate."""
        key = currency, day
        if key not in self._known:  # a look-up searches decades of days
            self._known[key] = self._look_up(currency, day)
        return self._known[key]

    def _look_up(self, currency: str, day: date) -> PublishedRate | None:
        if currency == "USD":
            return PublishedRate(Decimal(1), is_stale=False)
        found = [one for one in (self._european(currency, day), self._british(currency, day)) if one]
        recent = [one for one in found if day - one[0] <= CARRIED]
        return (recent or found)[0][1] if found else None

    def _european(self, currency: str, day: date) -> tuple[date, PublishedRate] | None:
        if currency != "EUR" and currency not in self._ecb.currencies:
            return None
        published, dollars = self._per_euro("USD", day)
        units = Decimal(1) if currency == "EUR" else self._per_euro(currency, day)[1]
        return published, PublishedRate(_rounded(dollars / units), day - published > FRESH)

    def _per_euro(self, currency: str, day: date) -> tuple[date, Decimal]:
        published = self._ecb._rates[currency]
        latest = max(known for known, rate in published.items() if known <= day and rate is not None)
        rate = published[latest]
        assert rate is not None
        return latest, Decimal(rate)

    def _british(self, currency: str, day: date) -> tuple[date, PublishedRate] | None:
        month = max(first for first in self._months if first <= day)
        quotes = {one.code: quote.units_per_gbp for one, quote in self._hmrc.monthly(f"{month:%Y-%m}")}
        if currency not in quotes:
            return None
        is_over = (month.year, month.month) != (day.year, day.month)
        return month, PublishedRate(_rounded(quotes["USD"] / quotes[currency]), is_over)


def _rounded(rate: Decimal) -> Decimal:
    return rate.quantize(_STEP, ROUND_HALF_UP)
