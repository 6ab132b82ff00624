"""What was set aside is salvaged, in a thread of its own: delivery goes on meanwhile."""

import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from filelock import Timeout

from game_events_api.delivery.clock import Clock
from game_events_api.spool.damaged import FOLDER, Note, notes_in
from game_events_api.spool.salvage import salvage

log = logging.getLogger(__name__)
SETTLE_SECONDS = 3.0
"""How long a worker may need to part from a file that delivery set aside."""
LOOK_SECONDS = 1.0
RETRY_SECONDS = 60.0


def in_a_thread(work: Callable[[], None]) -> Callable[[], bool]:
    """Starts it; whether it still runs."""
    thread = threading.Thread(target=work, name="salvage", daemon=True)
    thread.start()
    return thread.is_alive


class Salvaging:
    def __init__(
        self,
        directory: Path,
        clock: Clock,
        start: Callable[[Callable[[], None]], Callable[[], bool]] = in_a_thread,
    ) -> None:
        self._folder = directory / FOLDER
        self._clock = clock
        self._start = start
        self._look_at = 0.0
        self._due: dict[str, float] = {}
        self._runs: Callable[[], bool] = lambda: False

    def step(self) -> None:
        """Begin with the next file that has settled, one at a time."""
        now = self._clock.monotonic()
        if now < self._look_at or self._runs() or not self._folder.is_dir():
            return
        self._look_at = now + LOOK_SECONDS
        for note in notes_in(self._folder):
            if note.waits and now >= self._due.setdefault(note.name, now + SETTLE_SECONDS):
                self._due[note.name] = now + RETRY_SECONDS
                self._runs = self._start(lambda note=note: _salvage(note))  # type: ignore[misc]
                return


def _salvage(note: Note) -> None:
    try:
        done = salvage(note)
    except (OSError, sqlite3.Error, Timeout) as error:
        log.warning("%s cannot be salvaged yet: %s", note.file, error)
    except Exception:  # whatever the bytes are, the other files are delivered
        log.exception("%s cannot be salvaged", note.file)
    else:
        log.warning("%s was salvaged: %s; %d events are lost", note.file, done.salvaged, done.events)
