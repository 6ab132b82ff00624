"""What is counted of the calls of hooks, and said once: a hook that fails with every event must not fill the log."""

import logging
import threading
import traceback
from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal

from game_events_api.hooks.loading import Hook

log = logging.getLogger(__name__)
Complaint = Literal["failed", "unfit", "late", "untold"]


class Complaints:
    """Counts by kind, and logs the first of each kind and hook."""

    def __init__(self) -> None:
        self.counts = Counter[Complaint]()
        self._said: set[tuple[Complaint, str]] = set()
        self._lock = threading.Lock()

    def failed(self, hook: Hook, error: BaseException) -> None:
        """Where it was raised is logged, its message is not: it may quote the player's data."""
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if frame.filename == hook.file]  # and not what it called
        place = f"{(own or frames)[-1].filename}:{(own or frames)[-1].lineno}" if frames else "nowhere"
        self.note("failed", hook.name, f"raised {type(error).__name__} at {place}")

    def note(self, kind: Complaint, name: str, what: str, events: int = 1) -> None:
        with self._lock:
            self.counts[kind] += events
            new = (kind, name) not in self._said
            self._said.add((kind, name))
        if new:
            log.warning(f"hook {name} {what}; from now on this is only counted, see /metrics")

    def unfit(self, hook: Hook, event: Mapping[str, Any]) -> None:
        name = f"{event['event_type']}/{event['schema_version']}"
        self.note("unfit", hook.name, f"names no version that an event of {name} fits")
