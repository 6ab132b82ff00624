"""How money goes back: in full, in part, told twice, beyond what was paid, of nothing known, in another currency.

The studio's server tells of it, as the store told it, so that its clock is right.
"""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from game_events_devtools.simulator import world
from game_events_devtools.simulator.doings import FEE, Order, contained_tax, rounded
from game_events_devtools.simulator.players import Event, moment, new_id, written

APART = timedelta(minutes=4)
"""Between two refunds of one order, so that nothing on the way can change which was first; two fit before midnight."""


def refunds(chance: random.Random, order: Order, number: int, today: date) -> list[Event]:
    """One way in which money of the order goes back, as one event or two."""
    way = chance.choices([way for way, _ in WAYS], [weight for _, weight in WAYS])[0]
    return way(_Teller(chance, order, f"R{number:08d}.{chance.getrandbits(32):08x}", _returned(chance, order, today)))


def _returned(chance: random.Random, order: Order, today: date) -> datetime:
    """On any day since the payment, and never before it."""
    days = (today - order.paid.date()).days
    return max(order.paid, moment(chance, today - timedelta(days=chance.randrange(1, days + 1))))


class _Teller:
    """Writes the refunds of one order."""

    def __init__(self, chance: random.Random, order: Order, refund_id: str, at: datetime) -> None:
        self.chance, self.order, self._refund_id, self._at = chance, order, refund_id, at
        # A line of a basket, or all of it.
        self.lines = order.lines if len(order.lines) > 1 and chance.random() < 0.5 else [chance.choice(order.lines)]

    @property
    def paid(self) -> Decimal:
        return sum((Decimal(line["price"]) for line in self.lines), Decimal(0))

    def tell(self, amount: Decimal, *, number: int = 1, **more: object) -> Event:
        """One event; of two refunds of one order, `number` is which."""
        line, market, at = self.lines[0], self.order.player.market, self._at + (number - 1) * APART
        event = {name: line[name] for name in COPIED if name in line} | {
            "event_id": new_id(self.chance, at),
            "event_type": "refund",
            "schema_version": world.REFUND_VERSION,
            "event_time": written(at),
            "original_transaction_id": line["transaction_id"],
            "refund_id": f"{self._refund_id}.{number}",
            "refund_type": "refund",
            "refund_reason": self.chance.choice(("accidental", "regret", "not_received", "other")),
            "amount": str(amount),
            "store_fee": str(rounded(amount * FEE, market)),
        }
        if market.tax:
            event["tax_amount"] = str(contained_tax(amount, market))
        if len(self.lines) == 1 and len(self.order.lines) > 1:
            event["line_item_id"] = line["line_item_id"]
        return event | more

    def part(self, share: str) -> Decimal:
        return rounded(self.paid * Decimal(share), self.order.player.market)


COPIED = (
    *("user_id", "session_id", "game_id", "platform", "app_version", "environment", "country_code"),
    *("store", "currency", "product_id"),
)
"""What a refund says as its purchase did."""


def _in_full(told: _Teller) -> list[Event]:
    return [told.tell(told.paid)]


def _in_part(told: _Teller) -> list[Event]:
    return [told.tell(told.part("0.5"))]


def _in_two_parts(told: _Teller) -> list[Event]:
    return [told.tell(told.part("0.25")), told.tell(told.part("0.5"), number=2)]


def _charged_back(told: _Teller) -> list[Event]:
    return [told.tell(told.paid, refund_type="chargeback", refund_reason="fraud")]


def _told_twice(told: _Teller) -> list[Event]:
    """As a store does that was not answered: one refund, two events."""
    first = told.tell(told.paid)
    return [first, first | {"event_id": new_id(told.chance, told.order.paid)}]


def _beyond_what_was_paid(told: _Teller) -> list[Event]:
    return [told.tell(told.paid), told.tell(told.part("0.5"), number=2)]


def _of_nothing_known(told: _Teller) -> list[Event]:
    return [told.tell(told.paid, original_transaction_id=f"lost-{told.chance.getrandbits(64):016x}")]


def _in_another_currency(told: _Teller) -> list[Event]:
    other = "EUR" if told.order.player.market.currency == "USD" else "USD"
    return [told.tell(Decimal("0.99"), currency=other, store_fee="0.30", tax_amount="0")]


WAYS: tuple[tuple[Callable[[_Teller], list[Event]], int], ...] = (
    (_in_full, 34),
    (_in_part, 18),
    (_in_two_parts, 8),
    (_charged_back, 12),
    (_told_twice, 8),
    (_beyond_what_was_paid, 7),
    (_of_nothing_known, 7),
    (_in_another_currency, 6),
)
"""Each with its share."""
