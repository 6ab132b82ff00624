"""One hostile request with the statuses that it may get."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Hostile:
    name: str
    data: bytes
    statuses: tuple[int, ...]
    """What may come back, exactly one for almost every entry."""
    finish: bool = False
    """Close the sending side after the data: the sender will never complete what it began."""
