"""Revenue in USD, computed a second time and another way: Decimal over the sent events, rates as published.

Shares no code with the warehouse, so that a mistake in one of them shows as a difference.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from currency_converter import CurrencyConverter  # type: ignore[import-untyped]
from hmrc_rates import HmrcRatesError, Rates

from game_events_devtools.simulator.players import SimulatedEvent


def revenue_oracle(events: Iterable[SimulatedEvent]) -> dict[str, Decimal | None]:
    """Per currency, the revenue in USD of production purchases; None for a currency without a rate.

    Each purchase is converted at the last rate that the ECB published in the 31 days up to its UTC day, else at HMRC's
    of its month, else at the ECB's last, and rounded once, half up, to 4 decimals. Only events made to be accepted
    count.
    """
    ecb = CurrencyConverter(decimal=True)
    hmrc = Rates()
    rates: dict[tuple[str, date], Decimal | None] = {}
    totals: dict[str, Decimal | None] = {}
    for item in events:
        event = item.event
        if item.verdict != "accepted" or event["event_type"] != "purchase" or event["environment"] != "production":
            continue
        currency = event["currency"]
        day = _true_day(item)
        if (currency, day) not in rates:  # a look-up searches decades of days
            rates[currency, day] = _dollars_per(ecb, hmrc, currency, day)
        rate = rates[currency, day]
        if rate is None:
            totals.setdefault(currency, None)
            continue
        usd = (Decimal(event["price"]) * rate).quantize(Decimal("0.0001"), ROUND_HALF_UP)
        totals[currency] = (totals.get(currency) or Decimal(0)) + usd
    return totals


def _true_day(item: SimulatedEvent) -> date:
    """The UTC day by a right clock."""
    return (datetime.fromisoformat(item.event["event_time"]) - item.clock_skew).date()


def _dollars_per(ecb: CurrencyConverter, hmrc: Rates, currency: str, day: date) -> Decimal | None:
    """USD for one unit, to 12 decimals; None where nobody publishes a rate."""
    if currency == "USD":
        return Decimal(1)
    european = _by_the_ecb(ecb, currency, day)
    if european is not None and day - european[0] <= timedelta(days=31):
        return european[1]
    try:
        dollars, units = (hmrc.monthly_rate(code, day).units_per_gbp for code in ("USD", currency))
    except HmrcRatesError:
        return None if european is None else european[1]
    return (dollars / units).quantize(Decimal("1e-12"), ROUND_HALF_UP)


def _by_the_ecb(ecb: CurrencyConverter, currency: str, day: date) -> tuple[date, Decimal] | None:
    if currency != "EUR" and currency not in ecb.currencies:
        return None
    published, dollars = _per_euro(ecb, "USD", day)
    units = Decimal(1) if currency == "EUR" else _per_euro(ecb, currency, day)[1]
    return published, (dollars / units).quantize(Decimal("1e-12"), ROUND_HALF_UP)


def _per_euro(ecb: CurrencyConverter, currency: str, day: date) -> tuple[date, Decimal]:
    published = ecb._rates[currency]
    latest = max(known for known, rate in published.items() if known <= day and rate is not None)
    rate = published[latest]
    assert rate is not None
    return latest, Decimal(rate)
