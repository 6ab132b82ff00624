"""A file of exchange rates, before anything is made of it."""

import hashlib
from pathlib import Path

from game_events_warehouse.errors import ExchangeRateError


def version(publisher: str, file: Path) -> str:
    """Names the exact file: two builds with the same version converted by the same rates."""
    return f"{publisher}-{hashlib.sha256(contents(file)).hexdigest()[:12]}"


def contents(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ExchangeRateError(f"cannot read the rates file {file}: {error.strerror}") from error
