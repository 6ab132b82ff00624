"""What delivery does with dead letters beside its sinks: those that a spool file has too many of go into files, and
those that Firehose made are fetched."""

import logging
import sqlite3
from collections.abc import Callable, Sequence

from game_events_api.delivery.clock import Clock, SystemClock
from game_events_api.delivery.sink import describe
from game_events_api.spool.spool_file import SpoolFile

log = logging.getLogger(__name__)
LOOK_SECONDS = 1.0
RETRY_SECONDS = 60.0


class LetterKeeping:
    def __init__(self, keep_bytes: int, fetch: Callable[[], None] = lambda: None, clock: Clock | None = None) -> None:
        """`keep_bytes`: of lines of dead letters that one spool file may have in itself."""
        self._keep_bytes = keep_bytes
        self._fetch = fetch
        self._clock = clock or SystemClock()
        self._look_at = 0.0

    def step(self, spools: Sequence[SpoolFile]) -> None:
        """One file a spool and a second at most: its worker and the sinks wait for it."""
        now = self._clock.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + LOOK_SECONDS
        self._fetch()
        for spool in spools:
            if spool.fault is not None:
                continue
            try:
                if moved := spool.move_letters(self._keep_bytes):
                    log.info("%d dead letters of %s were moved into a file", moved, spool.path)
            except sqlite3.Error as error:
                spool.fail(error)
            except OSError as error:
                log.error("dead letters of %s cannot be moved into a file yet: %s", spool.path, describe(error))
                self._look_at = now + RETRY_SECONDS
