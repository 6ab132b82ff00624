"""Judges that share nothing with the product: `json` for syntax, `zlib` for compression, `jsonschema` for schemas."""

import json
import math
import zlib
from functools import cache
from typing import Any

from contract.validators import Reference
from fuzz.edge_request import FuzzRequest
from game_events_models import contract
from jsonschema import FormatChecker

GZIP_WINDOW_BITS = 31  # zlib's number for "gzip, largest window"
DEEP = 250
"""Levels from which parsers and validators may give up: the edge says `malformed-json` or `too-deep`."""


def plain(request: FuzzRequest) -> bytes:
    """The body without its compression, by the standard library; a body is one gzip member, not several."""
    if not is_compressed(request):
        return request.body
    stream = zlib.decompressobj(wbits=GZIP_WINDOW_BITS)
    data = stream.decompress(request.body)
    if not stream.eof or stream.unused_data:
        raise ValueError("not one complete gzip member")
    return data


def is_compressed(request: FuzzRequest) -> bool:
    return (request.encoding or "").lower() in ("gzip", "x-gzip")


def unpacked_to_at_least(request: FuzzRequest, size: int) -> bool:
    """Whether a compressed body reaches that size, be it broken behind it."""
    if not is_compressed(request):
        return False
    try:
        return len(zlib.decompressobj(wbits=GZIP_WINDOW_BITS).decompress(request.body, size)) >= size
    except zlib.error:
        return False


def is_json(request: FuzzRequest) -> bool:
    """Whether the body is a JSON text without duplicate keys, not nested deep enough to be refused for that."""
    try:
        return depth(strictly_parsed(plain(request))) <= DEEP
    except (ValueError, RecursionError, zlib.error):
        return False


def loosely_parsed(body: bytes) -> Any:
    """The last of two equal keys wins."""
    return json.loads(body.decode("utf-8"))


def strictly_parsed(body: bytes) -> Any:
    """RFC 8259 and no more: ValueError for what Python would let pass."""
    value = json.loads(body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refused, parse_float=_finite)
    json.dumps(value, ensure_ascii=False).encode("utf-8")  # a lone surrogate ends here
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    together = dict(pairs)
    if len(together) != len(pairs):
        raise ValueError("an object names a key twice")
    return together


def _refused(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"no double holds {text}")
    return number


def depth(value: Any) -> int:
    """How many levels of objects and arrays; without recursion, because that is what may be wrong with it."""
    deepest, level = 0, [value]
    while level := [inner for value in level if isinstance(value, dict | list) for inner in _inner(value)]:
        deepest += 1
    return deepest + 1


def _inner(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value


def same(left: Any, right: Any) -> bool:
    """Equal by value, and true is not 1."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return isinstance(left, bool) is isinstance(right, bool) and bool(left == right)


@cache
def _judging(event_type: str, version: str) -> Any:
    return Reference(contract.judging_schema(event_type, version), format_checker=FormatChecker(["date-time"]))


def allowed(event: Any) -> bool:
    """What the independent validator says of an event that names a known version."""
    return bool(_judging(event["event_type"], event["schema_version"]).is_valid(event))
