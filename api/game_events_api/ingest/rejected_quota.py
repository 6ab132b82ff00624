"""How many rejected events are kept: so many a key and minute, so that one faulty build cannot fill the spool. Pure."""

import time
from collections.abc import Callable

MINUTE_SECONDS = 60.0


class RejectedQuota:
    """Counts by key what was kept in the current minute; forgets all keys when the next begins.

    So its memory is bounded by the keys that exist. `monotonic` is in seconds.
    """

    def __init__(self, per_minute: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._monotonic = monotonic
        self._began = monotonic()
        self._kept: dict[str, int] = {}

    def take(self, key_id: str, rejected: int) -> int:
        """How many of so many rejected events of this key are to be kept; they count from now on."""
        now = self._monotonic()
        if now - self._began >= MINUTE_SECONDS:
            self._began = now
            self._kept.clear()
        kept = self._kept.get(key_id, 0)
        room = min(rejected, max(0, self._per_minute - kept))
        if room:
            self._kept[key_id] = kept + room
        return room
