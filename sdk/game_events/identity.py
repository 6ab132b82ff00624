"""What an event is given when its sender leaves it out: an id and a time."""

import os
import time
from datetime import UTC, datetime
from functools import lru_cache

_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
"""By a random hexadecimal digit, the one whose first two bits are 10."""


def uuid7(unix_ms: int, random_bytes: bytes) -> str:
    """A UUID version 7 (RFC 9562, section 5.7) of a Unix time in milliseconds and 10 random bytes, in lower case.

    Ids made later sort later, which keeps a warehouse's tables in order of arrival. Python has it in its own library
    from 3.14 on; its UUID objects take longer than the rest of making an event.
    """
    stamp, random = f"{unix_ms:012x}", random_bytes.hex()
    return f"{stamp[:8]}-{stamp[8:]}-7{random[1:4]}-{_VARIANT[random[4]]}{random[5:8]}-{random[8:]}"


def uuid7_str() -> str:
    """A new event id: UUIDv7 in canonical lower case."""
    return uuid7(time.time_ns() // 1_000_000, os.urandom(10))


def utc_now() -> datetime:
    """The device's clock, in UTC."""
    return datetime.now(UTC)


def utc_now_str() -> str:
    """The device's clock as events have it: RFC 3339, in UTC."""
    microseconds = time.time_ns() // 1_000
    return f"{_second(microseconds // 1_000_000)}.{microseconds % 1_000_000:06}Z"


@lru_cache(4)
def _second(unix: int) -> str:
    return f"{datetime.fromtimestamp(unix, UTC):%Y-%m-%dT%H:%M:%S}"
