"""Where API keys stand: as a store they are made, rotated, revoked and read alike, wherever that is."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from game_events_api.admission.api_key import ANY, ENVIRONMENTS, SCOPES, ApiKey, digest, made
from game_events_api.errors import ApiError


class KeysUnavailable(ApiError):
    """The store does not answer, or not as one of keys would: nothing is known, and nothing was changed."""


Change = Callable[[Sequence[ApiKey]], Sequence[ApiKey]]
"""All keys, oldest first, as they are to be; what it raises changes nothing."""


class KeyStore(ABC):
    """A digest of each key, never the key. Every method may raise FileDamaged, KeysUnavailable or OSError."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now

    @property
    @abstractmethod
    def place(self) -> str:
        """Where it is, to be shown: without a password."""

    @property
    @abstractmethod
    def known_within(self) -> str:
        """How soon a change is in force, and where."""

    @abstractmethod
    def stamp(self) -> object:
        """Another one after each change of the keys; cheap enough to be asked twice a second."""

    @abstractmethod
    def read(self) -> list[ApiKey]:
        """Every key, oldest first."""

    @abstractmethod
    def change(self, change: Change) -> None:
        """Put what `change` makes of the keys in their place, in one step; changes wait for each other."""

    @abstractmethod
    def used(self) -> Mapping[str, str]:
        """The hour of its last use, as `2026-11-21T05:00Z`, by key id."""

    @abstractmethod
    def note_used(self, hours: Mapping[str, str]) -> None:
        """Remember these hours where they are later than what is known."""

    def create(
        self,
        name: str,
        *,
        environment: str = "live",
        games: Sequence[str] = ANY,
        scopes: Sequence[str] = ("ingest",),
        event_types: Sequence[str] = ANY,
        expires_at: datetime | None = None,
    ) -> str:
        """Add a key and return it; it cannot be shown again. ValueError says what is unusable."""
        if environment not in ENVIRONMENTS:
            raise ValueError(f"environment {environment!r}: choose one of {', '.join(ENVIRONMENTS)}")
        unknown = [scope for scope in scopes if scope not in SCOPES]
        if unknown or not scopes or not games or not event_types:
            wrong = f"there is no scope {unknown[0]!r}; " if unknown else ""
            raise ValueError(f"{wrong}give games, event types, and scopes among {', '.join(SCOPES)}")
        if any("\0" in text for text in (name, *games, *event_types)):
            raise ValueError("a NUL character is part of no name, game or event type")
        if wrong_games := [game for game in games if "," in game or game.split() != [game]]:
            raise ValueError(f"{wrong_games[0]!r} is no game: give each by itself, without commas and spaces")
        key_id, key = made(environment)
        record = ApiKey(
            key_id=key_id,
            name=name,
            environment=environment,
            games=tuple(games),
            scopes=tuple(scopes),
            sha256=digest(key.encode()),
            created_at=self._now().isoformat(),
            expires_at=expires_at.isoformat() if expires_at else None,
            event_types=tuple(event_types),
        )
        self.change(lambda keys: [*keys, record])
        return key

    def rotate(self, key_id: str, grace: timedelta, expires_at: datetime | None = None) -> str:
        """A new key with the rights of this one, which expires after `grace`: until then both are in force.

        KeyError when there is none of that id; ValueError when it is not in force any more, or expires and the new one
        would not.
        """
        now = self._now()
        new_key = ""

        def rotated(keys: Sequence[ApiKey]) -> Sequence[ApiKey]:
            nonlocal new_key
            old = _of_id(keys, key_id)
            until = _end_of(old, now, grace, expires_at is not None)
            new_id, new_key = made(old.environment)
            new = replace(
                old,
                key_id=new_id,
                sha256=digest(new_key.encode()),
                created_at=now.isoformat(),
                expires_at=expires_at.isoformat() if expires_at else None,
            )
            return [*(replace(one, expires_at=until.isoformat()) if one is old else one for one in keys), new]

        self.change(rotated)
        return new_key

    def revoke(self, key_id: str) -> None:
        """Refuse the key from now on. KeyError when there is none of that id."""
        now = self._now().isoformat()

        def revoked(keys: Sequence[ApiKey]) -> Sequence[ApiKey]:
            old = _of_id(keys, key_id)
            return [replace(one, revoked_at=one.revoked_at or now) if one is old else one for one in keys]

        self.change(revoked)

    def copy_from(self, other: "KeyStore") -> list[ApiKey]:
        """Add the keys of another store that are not here, as they are there, and say which; those here stand."""
        theirs = other.read()
        added: list[ApiKey] = []

        def with_theirs(keys: Sequence[ApiKey]) -> Sequence[ApiKey]:
            here = {one.key_id for one in keys}
            added[:] = [one for one in theirs if one.key_id not in here]
            return sorted([*keys, *added], key=lambda one: datetime.fromisoformat(one.created_at))

        self.change(with_theirs)
        self.note_used(other.used())
        return added


def _of_id(keys: Sequence[ApiKey], key_id: str) -> ApiKey:
    for one in keys:
        if one.key_id == key_id:
            return one
    raise KeyError(key_id)


def _end_of(old: ApiKey, now: datetime, grace: timedelta, successor_expires: bool) -> datetime:
    """When a key that is rotated expires."""
    if not old.usable(now):
        raise ValueError(f"the key {old.key_id} is {old.state(now)}: there is nothing to rotate; make a new one")
    if old.expires_at is None:
        return now + grace
    if not successor_expires:
        raise ValueError(
            f"the key {old.key_id} expires at {old.expires_at}: say when the new one does;"
            " or, if it was rotated before, rotate the one that replaced it"
        )
    return min(now + grace, datetime.fromisoformat(old.expires_at))
