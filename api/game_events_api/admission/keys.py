"""API keys: made once, stored as digests, looked up in constant time.

A key reads `ge_<environment>_<key id>_<secret><checksum>`: the prefix lets secret scanners find a leaked one,
the id names it in logs, the checksum tells a typing error from a wrong key.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from filelock import FileLock

from game_events_api.errors import FileDamaged
from game_events_api.private_files import FILE_MODE, make_folder, write_durably

ENVIRONMENTS = ("live", "test")
SCOPES = ("ingest", "read", "operate", "admin")
CHECKSUM_CHARACTERS = 6
ANY = ("*",)
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)


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


class KeyFile:
    """`keys.json`: replaced in one step, so that a reader meets the old or the new one; readable by its owner only."""

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.path = path
        self._now = now

    def read(self) -> list[ApiKey]:
        """Every key, oldest first; none when the file does not exist yet. FileDamaged when it holds none."""
        try:
            text = self.path.read_text()
            return [_read(entry) for entry in json.loads(text)["keys"]]
        except FileNotFoundError:
            return []
        except (ValueError, KeyError, TypeError) as error:
            raise FileDamaged(
                f"{self.path} is no key file ({type(error).__name__}: {error}); restore it from a backup,"
                " or move it away and make new keys"
            ) from error

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
        key_id, key = _made(environment)
        record = ApiKey(
            key_id=key_id,
            name=name,
            environment=environment,
            games=tuple(games),
            scopes=tuple(scopes),
            sha256=_digest(key.encode()),
            created_at=self._now().isoformat(),
            expires_at=expires_at.isoformat() if expires_at else None,
            event_types=tuple(event_types),
        )
        with self._locked():
            self._write([*self.read(), record])
        return key

    def rotate(self, key_id: str, grace: timedelta, expires_at: datetime | None = None) -> str:
        """A new key with the rights of this one, which expires after `grace`: until then both are in force.

        KeyError when there is none of that id; ValueError when it is not in force any more, or expires and the new one
        would not.
        """
        now = self._now()
        with self._locked():
            records = self.read()
            old = _of_id(records, key_id)
            if not old.usable(now):
                raise ValueError(f"the key {key_id} is {old.state(now)}: there is nothing to rotate; make a new one")
            until = now + grace
            if old.expires_at is not None:
                if expires_at is None:
                    raise ValueError(
                        f"the key {key_id} expires at {old.expires_at}: say when the new one does;"
                        " or, if it was rotated before, rotate the one that replaced it"
                    )
                until = min(until, datetime.fromisoformat(old.expires_at))
            new_id, key = _made(old.environment)
            new = replace(
                old,
                key_id=new_id,
                sha256=_digest(key.encode()),
                created_at=now.isoformat(),
                expires_at=expires_at.isoformat() if expires_at else None,
            )
            self._write([*(replace(r, expires_at=until.isoformat()) if r is old else r for r in records), new])
        return key

    def revoke(self, key_id: str) -> None:
        """Refuse the key from now on. KeyError when there is none of that id."""
        with self._locked():
            records = self.read()
            old = _of_id(records, key_id)
            now = self._now().isoformat()
            self._write([replace(r, revoked_at=r.revoked_at or now) if r is old else r for r in records])

    def _locked(self) -> FileLock:
        make_folder(self.path.parent)
        return FileLock(self.path.with_suffix(".lock"), timeout=10, mode=FILE_MODE)

    def _write(self, records: Sequence[ApiKey]) -> None:
        text = json.dumps({"keys": [_written(record) for record in records]}, indent=2)
        write_durably(self.path, text.encode(), partial=self.path.with_suffix(".tmp"))


class Keyring:
    """The keys a server knows; `refresh` follows the file."""

    def __init__(self, file: KeyFile) -> None:
        self._file = file
        self._stamp: tuple[int, int] | None = None
        self._records: dict[str, ApiKey] = {}
        self._genuine: dict[bytes, ApiKey] = {}
        self.games: Collection[str] = frozenset()
        """Those that a key names."""
        self.used: dict[str, datetime] = {}
        """When each key was last found here, by its id."""
        self.refresh()

    def __len__(self) -> int:
        return len(self._records)

    def refresh(self) -> None:
        """Read the file again if it was replaced."""
        try:
            status = self._file.path.stat()
        except FileNotFoundError:
            self._stamp, self._records, self._genuine, self.games = None, {}, {}, frozenset()
            return
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp != self._stamp:
            self._records = {record.key_id: record for record in self._file.read()}
            self._stamp, self._genuine = stamp, {}
            self.games = frozenset(game for record in self._records.values() for game in record.games if game != "*")

    def find(self, key: bytes, now: datetime) -> ApiKey | None:
        """The record of a presented key, when it is genuine and usable.

        Keys found genuine are known by themselves from then on, so there are never more of them than the file has.
        What a dictionary compares is a keyed hash first, so its time tells nothing about a key that is not known.
        """
        record = self._genuine.get(key)
        if record is None:
            parts = key.decode("latin-1").split("_")
            candidate = self._records.get(parts[2]) if len(parts) == 4 else None
            # Compared even when there is no such id, so that the time tells nothing about ids.
            genuine = hmac.compare_digest(_digest(key), candidate.sha256 if candidate else "0" * 64)
            if candidate is None or not genuine:
                return None
            record = self._genuine[key] = candidate
        if not record.usable(now):
            return None
        self.used[record.key_id] = now
        return record


def has_checksum(presented: bytes) -> bool:
    """Whether the key is one that `create` could have made: False means a typing error."""
    key = presented.decode("latin-1")
    body, checksum = key[:-CHECKSUM_CHARACTERS], key[-CHECKSUM_CHARACTERS:]
    return len(key.split("_")) == 4 and checksum == _checksum(body)


def _made(environment: str) -> tuple[str, str]:
    """A new key: its id, and the whole of it."""
    key_id = _base32(secrets.token_bytes(5))
    body = f"ge_{environment}_{key_id}_{_base32(secrets.token_bytes(20))}"
    return key_id, body + _checksum(body)


def _of_id(records: Sequence[ApiKey], key_id: str) -> ApiKey:
    for record in records:
        if record.key_id == key_id:
            return record
    raise KeyError(key_id)


def _read(entry: dict[str, Any]) -> ApiKey:
    """ValueError, KeyError or TypeError when it is no key: what it may do is never guessed."""
    lists = {name: tuple(entry[name]) for name in ("games", "scopes", "event_types") if name in entry}
    if any(isinstance(entry[name], str) for name in lists):
        raise TypeError("games, scopes and event types are lists")
    key = ApiKey(**{**entry, **lists})
    key.usable(_ANY_TIME)  # raises where it expires at what is no moment
    return key


def _written(key: ApiKey) -> dict[str, Any]:
    """Without event types where any will do: releases that know no binding read such keys, and refuse bound ones."""
    return {name: value for name, value in asdict(key).items() if (name, value) != ("event_types", ANY)}


def _digest(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()


def _checksum(body: str) -> str:
    return _base32(hashlib.sha256(body.encode("utf-8", "surrogateescape")).digest())[:CHECKSUM_CHARACTERS]


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()
