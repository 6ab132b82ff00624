"""When each API key was last used, to the hour: so that one knows which are in use before revoking one.

Workers remember it and write at most once a minute, and only what is another hour than before: no request waits for it,
and a crash forgets a minute of it.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import UTC, datetime

from game_events_api.admission.key_store import KeyStore, KeysUnavailable
from game_events_api.admission.keyring import Keyring

log = logging.getLogger(__name__)
NOTE_SECONDS = 60.0


class KeyUse:
    """What a worker tells the store, which all workers share."""

    def __init__(self, store: KeyStore) -> None:
        self._store = store
        self._noted: Mapping[str, str] = {}

    def note(self, used: Mapping[str, datetime]) -> None:
        """Write the hours that are news, by key id; what cannot be written now waits for the next time."""
        hours = {key_id: f"{moment.astimezone(UTC):%Y-%m-%dT%H}:00Z" for key_id, moment in used.items()}
        if hours == self._noted:
            return
        try:
            self._store.note_used(hours)
        except (OSError, KeysUnavailable) as error:
            log.warning("when keys were last used cannot be written", extra={"error": str(error)})
        else:
            self._noted = hours

    async def follow(self, keyring: Keyring) -> None:
        """In a thread: the file system or PostgreSQL may take its time, and requests go on."""
        while True:
            await asyncio.sleep(NOTE_SECONDS)
            await asyncio.to_thread(self.note, dict(keyring.used))
