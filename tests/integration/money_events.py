"""Stored lines of a studio that sells and gives back in every way that there is, and lines that nobody would write."""

import copy
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from unit.stored_lines import event_id, stamp
from unit.warehouse.lake_writer import Line, accepted

FIRST_DAY = datetime(2026, 9, 1, tzinfo=UTC)
DAYS = 40
GAMES = ("farm-story", "puzzle-quest", "sky-racer")
DECIMALS = {"USD": 2, "EUR": 2, "JPY": 0, "GBP": 2, "BRL": 2, "KRW": 0, "CHF": 2, "XAD": 2}
"""Currencies that the ECB publishes, and one that nobody does."""
STORES = ("app_store", "google_play", "steam", "web_shop", "shop_of_next_year")
MUTANT = "mutant"
MONEY = ("price", "amount", "currency", "tax_amount", "store", "transaction_id", "refund_id")


def money_lines(count: int, seed: int) -> Iterator[Line]:
    """About `count` lines: purchases of one line and of several, repeated, and refunds, most of them of those."""
    chance = random.Random(seed)
    orders: list[list[dict[str, Any]]] = []
    for number in range(count):
        received = FIRST_DAY + timedelta(days=DAYS) + timedelta(milliseconds=number, seconds=chance.randrange(86_400))
        effective = FIRST_DAY + timedelta(milliseconds=chance.randrange(DAYS * 86_400_000))
        if not orders or chance.random() < 0.6:
            order = list(_order(chance, number))
            orders.append(order)
        else:
            order = [_refund(chance, number, chance.choice(orders))]
        for position, event in enumerate(order):
            event |= {"event_id": event_id(number * 8 + position), "event_time": stamp(effective)}
            line = accepted(event, received=received + timedelta(microseconds=position), effective=effective)
            yield line
            yield from _again(chance, line, received, number * 8 + 7)


def _again(chance: random.Random, line: Line, received: datetime, number: int) -> Iterator[Line]:
    """The same event once more, or the same payment under another id and of another amount: neither counts."""
    later = stamp(received + timedelta(seconds=chance.randrange(1, 9_000), microseconds=77))
    if chance.random() < 0.05:
        yield {**line, "received_at": later}
    elif chance.random() < 0.05:
        money = "price" if "price" in line["event"] else "amount"
        yield {**line, "received_at": later, "event": {**line["event"], "event_id": event_id(number), money: "1"}}


def _common(chance: random.Random, event_type: str) -> dict[str, Any]:
    return {
        "event_type": event_type,
        "schema_version": "1-2-1" if event_type == "purchase" else "1-1-1",
        "user_id": f"player-{chance.randrange(50)}",
        "session_id": "session-1",
        "game_id": chance.choice(GAMES),
        "platform": chance.choice(("ios", "android", "vision")),
        "app_version": "1.4.2",
        "environment": chance.choices(("production", "sandbox", "staging"), (92, 5, 3))[0],
    }


def _amount(chance: random.Random, currency: str, most: int = 100_000) -> str:
    return str(Decimal(chance.randrange(most)).scaleb(-DECIMALS[currency]))


def _order(chance: random.Random, number: int) -> Iterator[dict[str, Any]]:
    store, currency = chance.choice(STORES), chance.choice(list(DECIMALS))
    shared = _common(chance, "purchase") | {
        "product_type": "consumable",
        "quantity": 1,
        "currency": currency,
        "store": store,
        # Shops number from one, each game for itself.
        "transaction_id": str(number % 400) if store in ("web_shop", "shop_of_next_year") else f"T{number}",
    }
    lines = chance.choice((1, 2, 3)) if store in ("steam", "web_shop") else 1
    for line in range(lines):
        event = shared | {"product_id": f"product-{chance.randrange(9)}", "price": _amount(chance, currency)}
        if lines > 1 or chance.random() < 0.1:
            event["line_item_id"] = str(line + 1)
        for name in ("tax_amount", "store_fee"):
            if chance.random() < 0.5:
                event[name] = str(Decimal(chance.randrange(10_000)).scaleb(-4))
        yield event


def _refund(chance: random.Random, number: int, order: list[dict[str, Any]]) -> dict[str, Any]:
    bought = chance.choice(order)
    event = _common(chance, "refund") | {
        name: bought[name] for name in ("game_id", "environment", "store", "currency", "user_id")
    }
    price = bought["price"] if "price" in bought else bought["amount"]
    event |= {
        "original_transaction_id": bought.get("transaction_id") or bought["original_transaction_id"],
        "refund_id": f"R{number % 997}" if chance.random() < 0.05 else f"R{number}",
        "refund_type": chance.choices(("refund", "chargeback", "goodwill"), (8, 1, 1))[0],
        "amount": chance.choice(
            (price, price, _amount(chance, event["currency"]), "0", _amount(chance, event["currency"], 3_000))
        ),
    }
    if "line_item_id" in bought and chance.random() < 0.6:
        event["line_item_id"] = bought["line_item_id"]
    if chance.random() < 0.1:
        event |= chance.choice(
            (
                {"currency": "JPY", "amount": "5"},
                {"original_transaction_id": f"lost-{number}"},
                {"environment": "sandbox"},
                {"game_id": "sky-racer"},
                {"line_item_id": "9"},
                {"store_fee": "0.0001", "tax_amount": "1.5"},
            )
        )
    return event


ODD: tuple[Any, ...] = (
    *(None, "", " ", "x", 0, -1, 1e300, 10**40, True, [], {}, {"a": None}, [[]], "NaN", "Infinity", "-0", "1e3", "0x1"),
    *(
        "infinity",
        "0044-03-15 (BC)",
        "9999-12-31T23:59:59Z",
        "2026-13-40T00:00:00Z",
        "\u0000",
        "\ud800",
        "'; drop table",
    ),
    *("9" * 50, "-5", "4.99999999", "1.10", "ß", "💎" * 300, "purchase/1-0-0", "1-2", "--", "{", "4,99", "١٢"),
)


def mutants(lines: list[Line], count: int, seed: int) -> Iterator[Line | str]:
    """Lines with one or two values replaced, left out, moved or torn, of a game of their own."""
    chance = random.Random(seed)
    for number in range(count):
        line = copy.deepcopy(chance.choice(lines))
        event = line["event"]
        event |= {"game_id": MUTANT, "event_id": event_id(10_000_000 + number)}
        for name in ("transaction_id", "original_transaction_id", "refund_id"):
            if name in event:
                event[name] = f"M{number % 40}"
        line["fingerprint"] = f"{number:032x}"
        for _ in range(chance.choice((1, 1, 2))):
            place = chance.choice((line, event, event))
            name = chance.choice([*(MONEY if chance.random() < 0.4 else place), "unheard_of"])
            place = place if name in place else event
            if chance.random() < 0.15:
                place.pop(name, None)
            else:
                place[name] = chance.choice(ODD)
        text = json.dumps(line, separators=(",", ":"))
        yield _torn(chance, text) if chance.random() < 0.1 else text


def _torn(chance: random.Random, text: str) -> str:
    cut = chance.randrange(len(text))
    return chance.choice(
        (text[:cut], text[cut:], text[:cut] + "\x00" + text[cut:], "[" * 5_000, "{}", "null", f"[{text}]")
    )
