"""When each API key was last used, to the hour: so that one knows which are in use before revoking one.

Workers remember it and write at most once a minute, and only what is another hour than before: no request waits for it,
and a crash forgets a minute of it.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from game_events_api.admission.keys import Keyring
from game_events_api.private_files import FILE_MODE, make_folder, replace_unsynced

log = logging.getLogger(__name__)
NOTE_SECONDS = 60.0
LOCK_SECONDS = 1.0


class KeyUse:
    """`keys-used.json`, which all workers of a folder share."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / "keys-used.json"
        self._noted: Mapping[str, str] = {}

    def read(self) -> dict[str, str]:
        """The hour, as `2026-11-21T05:00Z`, by key id; empty where the file is not there, or not readable."""
        try:
            hours = json.loads(self.path.read_text())["hours"]
            return {key_id: hour for key_id, hour in hours.items() if isinstance(hour, str)}
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return {}

    def note(self, used: Mapping[str, datetime]) -> None:
        """Write the hours that are news, by key id; what cannot be written now waits for the next time."""
        hours = {key_id: f"{moment.astimezone(UTC):%Y-%m-%dT%H}:00Z" for key_id, moment in used.items()}
        if hours == self._noted:
            return
        try:
            make_folder(self.path.parent)
            with FileLock(self.path.with_suffix(".lock"), timeout=LOCK_SECONDS, mode=FILE_MODE):
                known = self.read()
                latest = {key_id: max(hour, known.get(key_id, "")) for key_id, hour in hours.items()}
                replace_unsynced(self.path, {"hours": known | latest})
        except (OSError, Timeout) as error:
            log.warning("when keys were last used cannot be written", extra={"error": str(error)})
        else:
            self._noted = hours

    async def follow(self, keyring: Keyring) -> None:
        """In a thread: the file system may take its time, and requests go on."""
        while True:
            await asyncio.sleep(NOTE_SECONDS)
            await asyncio.to_thread(self.note, dict(keyring.used))
