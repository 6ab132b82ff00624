"""One API key: what it may do, until when, and how its text is made and checked.

A key reads `ge_<environment>_<key id>_<secret><checksum>`: the prefix lets secret scanners find a leaked one,
the id names it in logs, the checksum tells a typing error from a wrong key.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

ENVIRONMENTS = ("live", "test")
SCOPES = ("ingest", "read", "operate", "admin")
CHECKSUM_CHARACTERS = 6
ANY = ("*",)


class Forbidden(NamedTuple):
    pointer: str
    """Of the field that decides, as JSON Pointer."""
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One key as it is stored; the secret itself is nowhere."""

    key_id: str
    name: str
    environment: str
    games: tuple[str, ...]
    """Game ids the key may write; `*` is every game."""
    scopes: tuple[str, ...]
    sha256: str
    """Of the whole key, hexadecimal."""
    created_at: str
    expires_at: str | None = None
    revoked_at: str | None = None
    event_types: tuple[str, ...] = ANY
    """Types of the events that the key may write; `*` is every type."""

    def usable(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < datetime.fromisoformat(self.expires_at))

    def state(self, now: datetime) -> str:
        """`in force`, `expired` or `revoked`."""
        return "in force" if self.usable(now) else "expired" if self.revoked_at is None else "revoked"

    def may_write(self, game_id: str) -> bool:
        return game_id in self.games or "*" in self.games

    def forbids(self, game_id: str, event_type: str) -> Forbidden | None:
        """Why the key may not write such an event; None when it may."""
        if game_id not in self.games and "*" not in self.games:
            return Forbidden("/game_id", "forbidden-game", f"the key may not write events of '{game_id}'")
        if event_type not in self.event_types and "*" not in self.event_types:
            return Forbidden("/event_type", "forbidden-event-type", f"the key may not write {event_type} events")
        return None


def has_checksum(presented: bytes) -> bool:
    """Whether the key is one that `made` could have made: False means a typing error."""
    key = presented.decode("latin-1")
    body, checksum = key[:-CHECKSUM_CHARACTERS], key[-CHECKSUM_CHARACTERS:]
    return len(key.split("_")) == 4 and checksum == _checksum(body)


def made(environment: str) -> tuple[str, str]:
    """A new key: its id, and the whole of it."""
    key_id = _base32(secrets.token_bytes(5))
    body = f"ge_{environment}_{key_id}_{_base32(secrets.token_bytes(20))}"
    return key_id, body + _checksum(body)


def digest(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()


def _checksum(body: str) -> str:
    return _base32(hashlib.sha256(body.encode("utf-8", "surrogateescape")).digest())[:CHECKSUM_CHARACTERS]


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()
