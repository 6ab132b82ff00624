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
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from game_events_api.errors import FileDamaged
from game_events_api.private_files import FILE_MODE, make_folder, write_durably

ENVIRONMENTS = ("live", "test")
SCOPES = ("ingest", "read", "operate", "admin")
CHECKSUM_CHARACTERS = 6


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

    def usable(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < datetime.fromisoformat(self.expires_at))

    def may_write(self, game_id: str) -> bool:
        return game_id in self.games or "*" in self.games


class KeyFile:
    """`keys.json`: replaced in one step, so that a reader meets the old or the new one; readable by its owner only."""

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.path = path
        self._now = now

    def read(self) -> list[ApiKey]:
        """Every key, oldest first; none when the file does not exist yet. FileDamaged when it holds none."""
        try:
            text = self.path.read_text()
            return [
                ApiKey(**{**entry, "games": tuple(entry["games"]), "scopes": tuple(entry["scopes"])})
                for entry in json.loads(text)["keys"]
            ]
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
        games: Sequence[str] = ("*",),
        scopes: Sequence[str] = ("ingest",),
        expires_at: datetime | None = None,
    ) -> str:
        """Add a key and return it; it cannot be shown again. ValueError says what is unusable."""
        if environment not in ENVIRONMENTS:
            raise ValueError(f"environment {environment!r}: choose one of {', '.join(ENVIRONMENTS)}")
        unknown = [scope for scope in scopes if scope not in SCOPES]
        if unknown or not scopes or not games:
            wrong = f"there is no scope {unknown[0]!r}; " if unknown else ""
            raise ValueError(f"{wrong}give games, and scopes among {', '.join(SCOPES)}")
        key_id = _base32(secrets.token_bytes(5))
        body = f"ge_{environment}_{key_id}_{_base32(secrets.token_bytes(20))}"
        key = body + _checksum(body)
        record = ApiKey(
            key_id=key_id,
            name=name,
            environment=environment,
            games=tuple(games),
            scopes=tuple(scopes),
            sha256=_digest(key.encode()),
            created_at=self._now().isoformat(),
            expires_at=expires_at.isoformat() if expires_at else None,
        )
        with self._locked():
            self._write([*self.read(), record])
        return key

    def revoke(self, key_id: str) -> None:
        """Refuse the key from now on. KeyError when there is none of that id."""
        with self._locked():
            records = self.read()
            if all(record.key_id != key_id for record in records):
                raise KeyError(key_id)
            now = self._now().isoformat()
            self._write([replace(r, revoked_at=r.revoked_at or now) if r.key_id == key_id else r for r in records])

    def _locked(self) -> FileLock:
        make_folder(self.path.parent)
        return FileLock(self.path.with_suffix(".lock"), timeout=10, mode=FILE_MODE)

    def _write(self, records: Sequence[ApiKey]) -> None:
        text = json.dumps({"keys": [asdict(record) for record in records]}, indent=2)
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
        return record if record.usable(now) else None


def has_checksum(presented: bytes) -> bool:
    """Whether the key is one that `create` could have made: False means a typing error."""
    key = presented.decode("latin-1")
    body, checksum = key[:-CHECKSUM_CHARACTERS], key[-CHECKSUM_CHARACTERS:]
    return len(key.split("_")) == 4 and checksum == _checksum(body)


def _digest(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()


def _checksum(body: str) -> str:
    return _base32(hashlib.sha256(body.encode("utf-8", "surrogateescape")).digest())[:CHECKSUM_CHARACTERS]


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()
