"""What the lines that the edge stores have in common, for the tests that write such lines themselves."""

import uuid
from datetime import UTC, datetime


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def event_id(number: int) -> str:
    return str(uuid.UUID(int=(0x019AB1C27F00 << 80) | (0x7 << 76) | (0x8 << 60) | number))
