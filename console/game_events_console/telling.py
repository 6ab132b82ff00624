"""What an event says, in a few words for a row of a list. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from game_events_console.amounts import exact

COMMON = frozenset(
    (
        *("event_id", "event_type", "schema_version", "event_time", "user_id", "session_id", "game_id", "platform"),
        *("app_version", "environment", "country_code", "device", "properties", "currency", "transaction_id"),
    )
)
AMOUNTS = ("price", "amount", "revenue")
MOST = 3


def told(document: Mapping[str, Any] | None) -> str:
    """`starter_pack · JPY 1,500`: money first where there is any, then what only this event has."""
    words = []
    for word in _words(document or {}):
        words.append(word)
        if len(words) == MOST:
            break
    return " · ".join(words)


def _words(document: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(product := document.get("product_id"), str):
        yield product
    for name in AMOUNTS:
        if isinstance(value := document.get(name), str) and isinstance(document.get("currency"), str):
            sign = "−" if document.get("event_type") == "refund" else ""
            yield f"{document['currency']} {sign}{exact(value, document['currency'])}"
            break
    for name, value in document.items():
        if name in COMMON or name in AMOUNTS or name == "product_id" or name.endswith("_id"):
            continue
        if isinstance(value, str) and 0 < len(value) <= 40:
            yield value
        elif isinstance(value, int) and not isinstance(value, bool):
            yield f"{name.replace('_', ' ')} {value:,}"
