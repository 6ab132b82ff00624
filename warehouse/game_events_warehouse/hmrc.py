"""The monthly exchange rates of HM Revenue & Customs, shipped in `hmrc-rates`: 141 currencies, since 2014.

They are the second source: for currencies that the ECB does not publish. The tests hold the ECB's rates against them.
"""

import calendar
from datetime import date, timedelta
from decimal import Decimal
from importlib.metadata import version

from game_events_warehouse.exchange_rates import CARRIED_FOR, ExchangeRateSource, multipliers

PUBLISHER = "hmrc"
REFERENCE = "GBP"


def packaged_version() -> str:
    """Names the exact rates: two builds with the same version converted by the same."""
    return f"{PUBLISHER}-{version('hmrc-rates')}"


def read(base: str, since: date) -> ExchangeRateSource | None:
    """The packaged rates as multipliers into `base`; None where HMRC has no rates of `base`.

    Begins early enough for every rate that may be carried to `since`.
    """
    from hmrc_rates import Rates

    rates = Rates()
    quotes: dict[str, dict[date, Decimal]] = {}
    for month in rates.months():
        first = date(month.year, month.month, 1)
        if first < (since - CARRIED_FOR).replace(day=1):
            continue
        for currency, rate in rates.monthly(month):
            quotes.setdefault(currency.code, {})[first] = rate.units_per_gbp
    quotes.pop(REFERENCE, None)
    if base != REFERENCE and base not in quotes:
        return None
    return ExchangeRateSource(
        "HMRC", packaged_version(), multipliers(quotes, REFERENCE, base), fixing_day, is_the_month_of
    )


def fixing_day(first: date) -> date:
    """The Wednesday whose market the month's rates are: before the last Thursday but one of the month before."""
    last = first - timedelta(days=1)
    thursdays = [day for week in calendar.monthcalendar(last.year, last.month) if (day := week[calendar.THURSDAY])]
    return date(last.year, last.month, thursdays[-2]) - timedelta(days=1)


def is_the_month_of(day: date, first: date) -> bool:
    return (day.year, day.month) == (first.year, first.month)
