"""What the sent events must come to, computed a second time and another way: in Decimal, by rates as published.

Shares no code with the warehouse, so that a mistake in one of them shows as a difference.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from game_events_devtools.simulator import world
from game_events_devtools.simulator.oracle_rates import PublishedRates
from game_events_devtools.simulator.players import Event
from game_events_devtools.simulator.stream import Reason, SimulatedEvent

ZERO = Decimal(0)
FOUR_DECIMALS = Decimal("1e-4")
TWELVE_DECIMALS = Decimal("1e-12")
Transaction = tuple[str, ...]


@dataclass
class Money:
    """An amount in the currency that was paid, and in USD; None while nobody has a rate of it."""

    amount: Decimal = ZERO
    usd: Decimal | None = ZERO

    def add(self, amount: Decimal, usd: Decimal | None) -> None:
        self.amount += amount
        self.usd = None if usd is None or self.usd is None else self.usd + usd


@dataclass
class Day:
    """Production revenue of one UTC day, game and currency, by the day of the purchase."""

    purchases: int = 0
    refunds: int = 0
    """Chargebacks too."""
    gross: Money = field(default_factory=Money)
    refunded: Money = field(default_factory=Money)


@dataclass
class Figures:
    """What a warehouse holds of some events."""

    days: dict[tuple[date, str, str], Day] = field(default_factory=lambda: defaultdict(Day))
    """By day, game and currency."""
    apart: dict[tuple[str, str], Money] = field(default_factory=lambda: defaultdict(Money))
    """Refunds that are in no revenue, by why and currency."""
    ads: dict[str, Money] = field(default_factory=lambda: defaultdict(Money))
    """By currency, what impressions earned."""
    facts: Counter[str] = field(default_factory=Counter)
    """By event type."""
    told_again: int = 0
    """Events that tell of a transaction or refund that another told of."""
    stale_usd: Decimal = ZERO
    """Of gross revenue, what was converted at a stale rate."""
    pending: int = 0
    """Purchases without a rate."""
    rejected: Counter[Reason] = field(default_factory=Counter)


@dataclass
class _Line:
    """A purchase, and what of it went back already."""

    event: Event
    day: date
    returned: Decimal = ZERO

    @property
    def price(self) -> Decimal:
        return Decimal(self.event["price"])


def recompute(events: Iterable[SimulatedEvent]) -> Figures:
    """Every figure in USD is converted at the rate of its purchase's UTC day and rounded once, half up.

    To 4 decimals; what an impression earns, to 12. Only events made to be accepted count, and each transaction and
    refund once.
    """
    found, rates = Figures(), PublishedRates()
    accepted: dict[str, list[SimulatedEvent]] = defaultdict(list)
    for item in events:
        if item.reason:
            found.rejected[item.reason] += 1
        if item.verdict == "accepted":
            accepted[item.event["event_type"]].append(item)
    orders = _orders(accepted["purchase"], found)
    refunds = {_transaction(item.event, "refund_id"): item for item in reversed(accepted["refund"])}
    found.told_again += len(accepted["refund"]) - len(refunds)
    _sell(orders, found, rates)
    _give_back(list(refunds.values()), orders, found, rates)
    _earn(accepted["ad_revenue"], found, rates)
    sold = sum(len(order) for order in orders.values())
    once = {name: len(items) for name, items in accepted.items()} | {"purchase": sold, "refund": len(refunds)}
    found.facts.update(once)
    return found


def _orders(purchases: list[SimulatedEvent], found: Figures) -> dict[Transaction, dict[str, _Line]]:
    orders: dict[Transaction, dict[str, _Line]] = defaultdict(dict)
    for item in purchases:
        order, line = orders[_transaction(item.event, "transaction_id")], str(item.event.get("line_item_id", ""))
        if line in order:
            found.told_again += 1
        else:
            order[line] = _Line(item.event, _right_time(item).date())
    return orders


def _transaction(event: Event, identity: str) -> Transaction:
    shop = event["game_id"] if event["store"] in world.STORES_THAT_NUMBER_PER_GAME else ""
    return event["environment"], event["store"], shop, event[identity]


def _right_time(item: SimulatedEvent) -> datetime:
    """By a right clock, in UTC."""
    return datetime.fromisoformat(item.event["event_time"]) - item.clock_skew


def _sell(orders: dict[Transaction, dict[str, _Line]], found: Figures, rates: PublishedRates) -> None:
    for line in (line for order in orders.values() for line in order.values()):
        if line.event["environment"] != "production":
            continue
        day = _day(found, line)
        usd = _usd(rates, line.price, line.event["currency"], line.day)
        day.purchases += 1
        day.gross.add(line.price, usd)
        rate = rates.of(line.event["currency"], line.day)
        if rate is None or usd is None:
            found.pending += 1
        elif rate.is_stale:
            found.stale_usd += usd


def _give_back(
    refunds: list[SimulatedEvent],
    orders: dict[Transaction, dict[str, _Line]],
    found: Figures,
    rates: PublishedRates,
) -> None:
    for item in sorted(refunds, key=_right_time):
        event, amount = item.event, Decimal(item.event["amount"])
        order = orders.get(_transaction(event, "original_transaction_id"), {})
        wanted = event.get("line_item_id")
        lines = [order[wanted]] if wanted in order else [] if wanted else list(order.values())
        why = None
        if not lines:
            why = "orphan"
        elif lines[0].event["currency"] != event["currency"]:
            why = "currency_mismatch"
        elif amount > sum((line.price - line.returned for line in lines), ZERO):
            why = "over_refund"
        if why is None:
            _take(lines, amount)
        if event["environment"] != "production":
            continue
        if why is None:
            day = _day(found, lines[0])
            day.refunds += 1
            day.refunded.add(amount, _usd(rates, amount, event["currency"], lines[0].day))
        else:
            rate_day = lines[0].day if why == "over_refund" else _right_time(item).date()
            found.apart[why, event["currency"]].add(amount, _usd(rates, amount, event["currency"], rate_day))


def _take(lines: list[_Line], amount: Decimal) -> None:
    """From the lines of an order, one after the other."""
    for line in lines:
        part = min(amount, line.price - line.returned)
        line.returned += part
        amount -= part


def _earn(impressions: list[SimulatedEvent], found: Figures, rates: PublishedRates) -> None:
    for item in impressions:
        event, revenue = item.event, Decimal(item.event["revenue"])
        if event["environment"] == "production":
            usd = _usd(rates, revenue, event["currency"], _right_time(item).date(), step=TWELVE_DECIMALS)
            found.ads[event["currency"]].add(revenue, usd)


def _day(found: Figures, line: _Line) -> Day:
    return found.days[line.day, line.event["game_id"], line.event["currency"]]


def _usd(
    rates: PublishedRates, amount: Decimal, currency: str, day: date, step: Decimal = FOUR_DECIMALS
) -> Decimal | None:
    rate = rates.of(currency, day)
    return None if rate is None else (amount * rate.usd).quantize(step, ROUND_HALF_UP)
