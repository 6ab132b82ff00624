"""Moments as text, read from senders and written into lines and answers."""

from datetime import datetime

import msgspec

_encode = msgspec.json.Encoder().encode  # twenty times as fast as isoformat


def parse(text: str) -> datetime | None:
    """An RFC 3339 time, or None when it is no moment that exists."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def text(moment: datetime) -> bytes:
    """`2026-11-21T04:05:06.789012Z`; the moment is in UTC."""
    quoted = _encode(moment)
    return quoted[1:-1] if moment.microsecond else b"%b.000000Z" % quoted[1:-2]
