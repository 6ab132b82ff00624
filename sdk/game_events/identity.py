"""What an event is given when its sender leaves it out: an id and a time."""

import os
import time
from datetime import UTC, datetime


def uuid7(unix_ms: int, random_bytes: bytes) -> str:
    """A UUID version 7 (RFC 9562, section 5.7) of a Unix time in milliseconds and 10 random bytes, in lower case.

    Ids made later sort later, which keeps a warehouse's tables in order of arrival. Python has it in its own library
    from 3.14 on; its UUID objects take longer than the rest of making an event.
    """
    value = int.from_bytes(unix_ms.to_bytes(6, "big") + random_bytes, "big")
    value = value & ~(0xF << 76) | 0x7 << 76  # version
    value = value & ~(0x3 << 62) | 0x2 << 62  # variant
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def uuid7_str() -> str:
    """A new event id: UUIDv7 in canonical lower case."""
    return uuid7(time.time_ns() // 1_000_000, os.urandom(10))


def utc_now() -> datetime:
    """The device's clock, in UTC."""
    return datetime.now(UTC)


def utc_now_str() -> str:
    """The device's clock as events have it: RFC 3339, in UTC."""
    return f"{datetime.now(UTC).isoformat()[:-6]}Z"
