"""What an event is known by: its `game_id`, its `event_id` and the fingerprint of what it says.

The server writes the fingerprint into the stored line, where everybody else reads it. Only lines of servers that wrote
none yet are fingerprinted by who reads them. Needs `game-events-models[identity]`.
"""

import json
from datetime import datetime
from typing import Any

import msgspec
from xxhash import xxh3_128_digest

_pack = msgspec.msgpack.Encoder(order="deterministic").encode


def number(text: str) -> int | float:
    """The number that a JSON text with a point or an exponent stands for: a whole one is an int, as 1.0 is 1.

    For decoders: `msgspec.json.Decoder(float_hook=number)`. ValueError when no double holds it. msgspec's own parser
    takes 12 µs for `1e308`, a minute for a large body of them; this a fiftieth of that.
    """
    value = float(text)
    if value.is_integer() and -(2.0**63) <= value < 2.0**64:
        return int(value)
    if value - value != 0:  # infinity
        raise ValueError(f"no double holds {text[:32]}")
    return value


_decode = msgspec.json.Decoder(float_hook=number).decode


def fingerprint(event: dict[str, Any], event_time: datetime | None) -> bytes:
    """16 bytes that are the same for every spelling of an event whose numbers were decoded by `number`.

    Its keys count in no order, its `event_time` as the moment that it names (None when that is none), its
    `schema_version` not at all: under another it is still the same event.
    """
    content = event.copy()
    content["event_time"] = event_time or event.get("event_time")
    content.pop("schema_version", None)
    try:
        return xxh3_128_digest(_pack(content))
    except OverflowError:  # an integer beyond 64 bits
        content["event_time"] = str(content["event_time"])
        return xxh3_128_digest(json.dumps(content, sort_keys=True).encode())


def fingerprint_of_line(line: str) -> str:
    """32 hexadecimal digits: of a line that a server stored without; of any text, if it is none."""
    try:
        event = _decode(line)["event"]
        return fingerprint(event, _moment(event.get("event_time"))).hex()
    except (msgspec.MsgspecError, AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return xxh3_128_digest(line.encode("utf-8", "surrogateescape")).hex()


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
