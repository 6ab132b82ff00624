"""Writes lakes for the warehouse's tests: stored lines as the edge makes them, files as delivery lays them out."""

import gzip
import json
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from unit.stored_lines import event_id, stamp

NOON = datetime(2026, 10, 20, 12, 0, tzinfo=UTC)  # a Tuesday on which the packaged ECB history has rates

Line = dict[str, Any]


def accepted(event: dict[str, Any], *, received: datetime, effective: datetime | None = None) -> Line:
    return {
        "received_at": stamp(received),
        "effective_time": stamp(effective or received),
        "correlation_id": "c-1",
        "key_id": "k1",
        "ingested_by": "game-events-api/0.1.0",
        "schema": f"{event.get('event_type')}/{event.get('schema_version')}",
        "event": event,
    }


def install(number: int, *, received: datetime = NOON, effective: datetime | None = None, **fields: Any) -> Line:
    event = {
        "event_id": event_id(number),
        "event_type": "install",
        "schema_version": "1-0-0",
        "event_time": stamp(effective or received),
        "user_id": f"player-{number}",
        "session_id": f"session-{number}",
        "game_id": "puzzle-quest",
        "platform": "android",
        "app_version": "1.4.2",
        "environment": "production",
        "install_source": "organic",
    }
    return accepted(event | fields, received=received, effective=effective)


def purchase(
    number: int,
    price: Any = "4.99",
    currency: str = "USD",
    *,
    received: datetime = NOON,
    effective: datetime | None = None,
    **fields: Any,
) -> Line:
    event = {
        "event_id": event_id(number),
        "event_type": "purchase",
        "schema_version": "1-0-0",
        "event_time": stamp(effective or received),
        "user_id": f"player-{number}",
        "session_id": f"session-{number}",
        "game_id": "puzzle-quest",
        "platform": "android",
        "app_version": "1.4.2",
        "environment": "production",
        "product_id": "coins_1000",
        "product_name": "1,000 coins",
        "product_type": "consumable",
        "quantity": 1,
        "price": price,
        "currency": currency,
        "store": "google_play",
        "transaction_id": f"GPA.{number}",
    }
    return accepted(event | fields, received=received, effective=effective)


def refund(number: int, of: str = "GPA.1", amount: Any = "4.99", currency: str = "USD", **fields: Any) -> Line:
    """Of the purchase whose transaction is `of`."""
    event = {
        "event_id": event_id(number),
        "event_type": "refund",
        "schema_version": "1-1-1",
        "event_time": stamp(NOON),
        "user_id": f"player-{number}",
        "session_id": f"session-{number}",
        "game_id": "puzzle-quest",
        "platform": "android",
        "app_version": "1.4.2",
        "environment": "production",
        "store": "google_play",
        "original_transaction_id": of,
        "refund_id": f"R.{number}",
        "refund_type": "refund",
        "amount": amount,
        "currency": currency,
    }
    return accepted(event | fields, received=NOON)


def session_start(number: int, user_id: str, *, effective: datetime, **fields: Any) -> Line:
    event = {
        "event_id": event_id(number),
        "event_type": "session_start",
        "schema_version": "1-0-0",
        "event_time": stamp(effective),
        "user_id": user_id,
        "session_id": f"session-{number}",
        "game_id": "puzzle-quest",
        "platform": "android",
        "app_version": "1.4.2",
        "environment": "production",
    }
    return accepted(event | fields, received=NOON, effective=effective)


def rejected(raw: str, *, rule: str = "enum", received: datetime = NOON) -> Line:
    return {
        "received_at": stamp(received),
        "correlation_id": "c-1",
        "key_id": "k1",
        "ingested_by": "game-events-api/0.1.0",
        "event_id": None,
        "event_type": "purchase",
        "schema_version": "1-0-0",
        "game_id": "puzzle-quest",
        "reasons": [{"pointer": "/currency", "rule": rule, "message": "not among the allowed"}],
        "raw": raw,
        "raw_bytes": len(raw.encode()),
    }


def encode(lines: Iterable[Line | str]) -> bytes:
    """Newline-delimited JSON; a str stands as it is."""
    texts = (line if isinstance(line, str) else json.dumps(line, separators=(",", ":")) for line in lines)
    return "".join(f"{text}\n" for text in texts).encode("utf-8", "surrogateescape")


class LakeWriter:
    """Adds files to a lake directory, an hour apart, so that their order is that of the calls."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.root.mkdir(parents=True, exist_ok=True)
        self._next = NOON

    def key(self, stream: str = "events") -> str:
        moment = self._next
        self._next += timedelta(hours=1)
        name = f"game-events-1-{moment:%Y-%m-%d-%H-%M-%S}-{uuid.uuid4()}.gz"
        return f"{stream}/{moment:%Y/%m/%d/%H}/{name}"

    def write(self, lines: Sequence[Line | str], *, stream: str = "events") -> str:
        """Write one file; its path inside the lake."""
        return self.write_bytes(gzip.compress(encode(lines), mtime=0), stream=stream)

    def write_bytes(self, data: bytes, *, stream: str = "events") -> str:
        key = self.key(stream)
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return key
