"""The keys that a server knows: found in constant time, followed where they stand, kept while that place is away."""

import hmac
import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

from game_events_api.admission.api_key import ApiKey, digest
from game_events_api.admission.key_database import open_keys
from game_events_api.admission.key_file import KeyFile
from game_events_api.admission.key_store import KeyStore, KeysUnavailable

log = logging.getLogger(__name__)
COPY = "keys-copy.json"
_UNKNOWN = object()


class Keyring:
    """`refresh` follows the store.

    With a `copy`, which its owner keeps to itself, what was read last is known after a start without the store too:
    a server that knew no key would tell every game for good that its key is wrong.
    """

    def __init__(self, store: KeyStore, copy: KeyFile | None = None) -> None:
        self.store = store
        self._copy = copy
        self._stamp: object = _UNKNOWN
        self._records: dict[str, ApiKey] = {}
        self._genuine: dict[bytes, ApiKey] = {}
        self.games: Collection[str] = frozenset()
        """Those that a key names."""
        self.used: dict[str, datetime] = {}
        """When each key was last found here, by its id."""
        self.failure = ""
        """Why the store cannot be followed now; what is known stays in force meanwhile."""
        try:
            self.refresh()
        except KeysUnavailable as error:
            if copy is None or copy.stamp() is None:
                raise
            self._know(copy.read())
            self.failure = str(error)

    def __len__(self) -> int:
        return len(self._records)

    def usable(self, now: datetime) -> int:
        """How many are in force."""
        return sum(key.usable(now) for key in self._records.values())

    def refresh(self) -> None:
        """Read the store again if it changed."""
        self.take(self.look())

    def look(self) -> tuple[object, Sequence[ApiKey]] | None:
        """What is news, for `take`; None where nothing is. It may wait, and may run in a thread: it changes nothing."""
        stamp = self.store.stamp()
        if stamp == self._stamp:
            return None
        keys = self.store.read()
        if self._copy is not None:
            self._keep(self._copy, keys)
        return stamp, keys

    def _keep(self, copy: KeyFile, keys: Sequence[ApiKey]) -> None:
        try:
            copy.put(keys)
        except OSError as error:
            log.warning("the copy of the keys cannot be written", extra={"error": str(error)})

    def take(self, news: tuple[object, Sequence[ApiKey]] | None) -> None:
        """Go by it from now on; in the thread that calls `find`, which would remember a key that is revoked else."""
        self.failure = ""
        if news is not None:
            self._stamp, keys = news
            self._know(keys)

    def _know(self, keys: Sequence[ApiKey]) -> None:
        self._records, self._genuine = {key.key_id: key for key in keys}, {}
        self.games = frozenset(game for key in keys for game in key.games if game != "*")

    def find(self, key: bytes, now: datetime) -> ApiKey | None:
        """The record of a presented key, when it is genuine and usable.

        Keys found genuine are known by themselves from then on, so there are never more of them than the store has.
        What a dictionary compares is a keyed hash first, so its time tells nothing about a key that is not known.
        """
        record = self._genuine.get(key)
        if record is None:
            parts = key.decode("latin-1").split("_")
            candidate = self._records.get(parts[2]) if len(parts) == 4 else None
            # Compared even when there is no such id, so that the time tells nothing about ids.
            genuine = hmac.compare_digest(digest(key), candidate.sha256 if candidate else "0" * 64)
            if candidate is None or not genuine:
                return None
            record = self._genuine[key] = candidate
        if not record.usable(now):
            return None
        self.used[record.key_id] = now
        return record


def keyring_of(data_dir: Path, url: str | None) -> Keyring:
    """The keys of a server: of its folder, or of PostgreSQL with a copy in the folder."""
    return Keyring(open_keys(data_dir, url), None if url is None else KeyFile(data_dir / COPY))
