"""The sign of life of a process that the supervisor started, and where it is when it gives none.

Both go through one pipe. The stack is written by a thread of faulthandler's, which needs no interpreter lock: what
blocks a loop may hold it.
"""

import contextlib
import faulthandler
import os
import time
from collections.abc import Callable, Sequence

BEAT = b"\0"
BEAT_SECONDS = 0.5


class Heartbeat:
    """`pipe` is what the supervisor reads from; without one nobody listens, and nothing is done."""

    def __init__(
        self, pipe: int | None, *, blocked_seconds: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """`blocked_seconds` after a beat without another the stack is written; 0 for never."""
        self._pipe = pipe
        self._blocked_seconds = blocked_seconds
        self._monotonic = monotonic
        self._due = 0.0

    def beat(self) -> None:
        """Called by the thread that must not stand still, at least as often as BEAT_SECONDS; oftener costs nothing."""
        if self._pipe is None or (now := self._monotonic()) < self._due:
            return
        self._due = now + BEAT_SECONDS / 2
        with contextlib.suppress(OSError):  # the supervisor stands still itself, or is gone
            os.write(self._pipe, BEAT)
        if self._blocked_seconds:
            faulthandler.dump_traceback_later(self._blocked_seconds, file=self._pipe)

    def close(self) -> None:
        """What the process does from now on may take its time."""
        if self._pipe is not None:
            faulthandler.cancel_dump_traceback_later()
            self._pipe = None


def pipe_of(arguments: Sequence[str]) -> int | None:
    """The pipe that the supervisor named on the command line, as its only argument."""
    return int(arguments[0]) if arguments else None
