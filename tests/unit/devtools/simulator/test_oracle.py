"""The oracle against figures worked out by hand from published rates, and against the warehouse's choice of them."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from game_events_devtools.simulator import SimulatedEvent, recompute, world
from game_events_devtools.simulator.oracle_rates import PublishedRates
from game_events_warehouse import exchange_rate_table
from game_events_warehouse.exchange_rates import DailyExchangeRate, chosen

DAY = "2020-01-03T12:00:00Z"


def told(event_type: str, time: str, verdict: str = "accepted", **fields: Any) -> SimulatedEvent:
    event = {
        "event_type": event_type,
        "environment": "production",
        "game_id": "sky-racer",
        "event_time": time,
        **fields,
    }
    return SimulatedEvent(event, verdict, timedelta())  # type: ignore[arg-type]


def sold(price: str, currency: str, time: str = DAY, verdict: str = "accepted", **more: Any) -> SimulatedEvent:
    sold.number += 1  # type: ignore[attr-defined]
    fields = {"store": "steam", "transaction_id": f"T{sold.number}", "price": price, "currency": currency}  # type: ignore[attr-defined]
    return told("purchase", time, verdict, **fields | more)


sold.number = 0  # type: ignore[attr-defined]


def returned(
    of: str, refund_id: str, amount: str, currency: str = "EUR", time: str = DAY, **more: Any
) -> SimulatedEvent:
    fields = {"store": "steam", "original_transaction_id": of, "refund_id": refund_id}
    return told("refund", time, amount=amount, currency=currency, **fields | more)


def gross(events: list[SimulatedEvent]) -> dict[str, Decimal | None]:
    return {currency: day.gross.usd for (_, _, currency), day in recompute(events).days.items()}


def test_friday_2020_01_03_and_the_weekend_after_it() -> None:
    # ECB, 3 January 2020: 1 EUR = 1.1147 USD = 120.54 JPY; nothing on the 4th and 5th.
    events = [
        sold("10.00", "EUR"),  # 11.147
        sold("1200", "JPY", "2020-01-05T12:00:00Z"),  # 1200 * 1.1147 / 120.54 = 11.09706…
        sold("4.99", "USD"),
        sold("5.00", "USD"),
        sold("1.500", "KWD"),  # HMRC, January 2020: 1 GBP = 0.3968 KWD = 1.3071 USD
        sold("5", "AFN"),  # nobody has a rate
    ]
    assert gross(events) == {
        "EUR": Decimal("11.1470"),
        "JPY": Decimal("11.0971"),
        "USD": Decimal("9.9900"),
        "KWD": Decimal("4.9412"),
        "AFN": None,
    }
    assert recompute(events).pending == 1


def test_only_accepted_production_purchases_count() -> None:
    events = [
        sold("1", "USD", verdict="rejected"),
        sold("1", "USD", verdict="duplicate"),
        sold("1", "USD", environment="sandbox"),
        told("install", DAY),
    ]
    assert gross(events) == {}


def test_a_wrong_clock_is_corrected_before_the_day_is_taken() -> None:
    # Shown as Saturday by a clock two days ahead: Thursday, 2 January 2020, 1 EUR = 1.1193 USD.
    event = sold("10.00", "EUR", "2020-01-04T12:00:00Z").event
    assert gross([SimulatedEvent(event, "accepted", timedelta(days=2))]) == {"EUR": Decimal("11.1930")}


def test_refunds_count_once_and_no_further_than_what_was_paid() -> None:
    events = [
        sold("10.00", "EUR", transaction_id="T", line_item_id="1"),
        sold("5.00", "EUR", transaction_id="T", line_item_id="2"),
        sold("5.00", "EUR", transaction_id="T", line_item_id="2"),  # told again
        returned("T", "R1", "4.00", line_item_id="2"),
        returned("T", "R1", "4.00", line_item_id="2"),  # told again
        returned("T", "R2", "4.00", line_item_id="2", time="2020-01-04T12:00:00Z"),  # 1.00 is left of the line
        returned("T", "R3", "11.00", time="2020-01-05T12:00:00Z"),  # all that is left of the order
        returned("T", "R4", "0.01", time="2020-01-06T12:00:00Z"),
        returned("lost", "R5", "1.00"),
        returned("T", "R6", "5", "JPY"),
        returned("lost", "R7", "1.00", environment="sandbox"),
    ]
    figures = recompute(events)
    (day,) = figures.days.values()
    assert (day.purchases, day.refunds, figures.told_again) == (2, 2, 2)
    assert (day.refunded.amount, day.refunded.usd) == (Decimal("15.00"), Decimal("16.7205"))  # 4.4588 + 12.2617
    assert {key: money.amount for key, money in figures.apart.items()} == {
        ("over_refund", "EUR"): Decimal("4.01"),
        ("orphan", "EUR"): Decimal("1.00"),
        ("currency_mismatch", "JPY"): Decimal(5),
    }


def test_impressions_are_converted_one_by_one_to_twelve_decimals() -> None:
    ads = [told("ad_revenue", DAY, revenue="0.0001234567", currency="EUR") for _ in range(2)]
    assert recompute(ads).ads["EUR"].usd == 2 * Decimal("0.000137617183")  # 0.0001234567 * 1.1147 = 0.00013761718349


@pytest.fixture(scope="module")
def daily(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, date], DailyExchangeRate]:
    """What the warehouse chooses, long after its publishers' packages were made too."""
    since, until = date(2026, 10, 1), date(2027, 8, 1)
    books: Path = tmp_path_factory.mktemp("rates") / "books.db"
    rates = chosen(exchange_rate_table.sources("USD", since, books), since, until)
    return {(one.currency, one.rate_date): one for one in rates}


def days() -> Iterator[date]:
    return (date(2026, 10, 1) + timedelta(days=number) for number in range(0, 300, 3))


@pytest.mark.parametrize("currency", sorted({market.currency for market in world.MARKETS} - {"USD"}))
def test_the_rates_are_the_warehouses_also_when_the_packages_are_old(
    daily: dict[tuple[str, date], DailyExchangeRate], currency: str
) -> None:
    published = PublishedRates()
    for day in days():
        rate, theirs = published.of(currency, day), daily.get((currency, day))
        ours = None if rate is None else (rate.usd, rate.is_stale)
        assert ours == (None if theirs is None else (theirs.rate, theirs.is_stale)), day
