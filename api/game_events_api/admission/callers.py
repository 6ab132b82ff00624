"""Who asks on the admin port, whether by an API key or as a person, and what they may see."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Self

from game_events_api.admission.api_key import ANY, ApiKey


@dataclass(frozen=True, slots=True)
class Caller:
    """`id` is the API key's id, or what the issuer calls the person; it is no secret."""

    kind: Literal["key", "person"]
    id: str
    scopes: tuple[str, ...]
    games: tuple[str, ...] = ANY
    """Of which the caller may see events; `*` is every game."""
    event_types: tuple[str, ...] = ANY
    expires_at: float | None = field(default=None, compare=False)
    """Seconds since 1970 after which this key or token lets nobody in."""

    @classmethod
    def of_key(cls, key: ApiKey) -> Self:
        expires_at = datetime.fromisoformat(key.expires_at).timestamp() if key.expires_at else None
        return cls("key", key.key_id, key.scopes, key.games, key.event_types, expires_at)

    @property
    def name(self) -> str:
        """As the audit log has it."""
        return f"{self.kind} {self.id}"

    def may_see(self, game_id: str, event_type: str) -> bool:
        return _among(game_id, self.games) and _among(event_type, self.event_types)


def _among(name: str, names: tuple[str, ...]) -> bool:
    return name in names or "*" in names
