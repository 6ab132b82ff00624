"""API keys in a file of one data folder: what a server by itself needs, and nothing else to run."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from game_events_api.admission.api_key import ANY, ApiKey
from game_events_api.admission.key_store import Change, KeyStore
from game_events_api.errors import FileDamaged
from game_events_api.private_files import FILE_MODE, make_folder, replace_unsynced, write_durably

LOCK_SECONDS = 10.0
USE_LOCK_SECONDS = 1.0
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)


class KeyFile(KeyStore):
    """`keys.json`: replaced in one step, so that a reader meets the old or the new one; readable by its owner only.

    `keys-used.json` beside it says when each was last used. filelock's Timeout, an OSError, where another holds either.
    """

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__(now)
        self.path = path
        self.used_path = path.with_name(f"{path.stem}-used.json")

    @property
    def place(self) -> str:
        return str(self.path)

    @property
    def known_within(self) -> str:
        return "1 s on every worker of this folder"

    def stamp(self) -> object:
        """None while there is no file, and no key."""
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return None
        return status.st_mtime_ns, status.st_ino

    def read(self) -> list[ApiKey]:
        """None when the file does not exist yet. FileDamaged when it holds none."""
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

    def change(self, change: Change) -> None:
        with self._locked():
            self._write(change(self.read()))

    def put(self, keys: Sequence[ApiKey]) -> None:
        """These, whatever stood there."""
        with self._locked():
            self._write(keys)

    def _locked(self) -> FileLock:
        make_folder(self.path.parent)
        return FileLock(self.path.with_suffix(".lock"), timeout=LOCK_SECONDS, mode=FILE_MODE)

    def _write(self, keys: Sequence[ApiKey]) -> None:
        text = json.dumps({"keys": [_written(key) for key in keys]}, indent=2)
        write_durably(self.path, text.encode(), partial=self.path.with_suffix(".tmp"))

    def used(self) -> dict[str, str]:
        """Empty where the file is not there, or not readable."""
        try:
            hours = json.loads(self.used_path.read_text())["hours"]
            return {key_id: hour for key_id, hour in hours.items() if isinstance(hour, str)}
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return {}

    def note_used(self, hours: Mapping[str, str]) -> None:
        """Not durably: a crash forgets a minute of it."""
        make_folder(self.used_path.parent)
        with FileLock(self.used_path.with_suffix(".lock"), timeout=USE_LOCK_SECONDS, mode=FILE_MODE):
            known = self.used()
            latest = {key_id: max(hour, known.get(key_id, "")) for key_id, hour in hours.items()}
            replace_unsynced(self.used_path, {"hours": known | latest})


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
