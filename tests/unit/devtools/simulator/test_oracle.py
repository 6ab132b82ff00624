"""The oracle against figures worked out by hand from the ECB's reference rates."""

from datetime import timedelta
from decimal import Decimal

from game_events_devtools.simulator import SimulatedEvent, revenue_oracle


def sold(price: str, currency: str, time: str, verdict: str = "accepted", **more: object) -> SimulatedEvent:
    event = {"event_type": "purchase", "environment": "production", "price": price, "currency": currency}
    return SimulatedEvent({**event, "event_time": time, **more}, verdict, timedelta())  # type: ignore[arg-type]


def test_friday_2020_01_03_and_the_weekend_after_it() -> None:
    # ECB, 3 January 2020: 1 EUR = 1.1147 USD = 120.54 JPY; nothing on the 4th and 5th.
    events = [
        sold("10.00", "EUR", "2020-01-03T12:00:00Z"),  # 11.147
        sold("1200", "JPY", "2020-01-05T12:00:00Z"),  # 1200 * 1.1147 / 120.54 = 11.09706…
        sold("4.99", "USD", "2020-01-03T12:00:00Z"),
        sold("5.00", "USD", "2020-01-03T12:00:00Z"),
        sold("1.500", "KWD", "2020-01-03T12:00:00Z"),  # HMRC, January 2020: 1 GBP = 0.3968 KWD = 1.3071 USD
        sold("5", "AFN", "2020-01-03T12:00:00Z"),  # nobody has a rate
    ]
    assert revenue_oracle(events) == {
        "EUR": Decimal("11.1470"),
        "JPY": Decimal("11.0971"),
        "USD": Decimal("9.9900"),
        "KWD": Decimal("4.9412"),
        "AFN": None,
    }


def test_only_accepted_production_purchases_count() -> None:
    day = "2020-01-03T12:00:00Z"
    events = [
        sold("1", "USD", day, verdict="rejected"),
        sold("1", "USD", day, verdict="duplicate"),
        sold("1", "USD", day, environment="sandbox"),
        sold("1", "USD", day, event_type="install"),
    ]
    assert revenue_oracle(events) == {}


def test_a_wrong_clock_is_corrected_before_the_day_is_taken() -> None:
    # Shown as Saturday by a clock two days ahead: Thursday, 2 January 2020, 1 EUR = 1.1193 USD.
    event = sold("10.00", "EUR", "2020-01-04T12:00:00Z").event
    assert revenue_oracle([SimulatedEvent(event, "accepted", timedelta(days=2))]) == {"EUR": Decimal("11.1930")}
