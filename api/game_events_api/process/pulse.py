"""What the supervisor hears of a process that it started: beats, or where it stands still."""

import os
import re
from collections.abc import Sequence
from pathlib import PurePath

from game_events_api.heartbeat import BEAT

AWAY_SECONDS = 1.0
"""The supervisor looks many times a second. Where more passed, it stood still itself (Ctrl-Z, a machine at its end),
and the others may have too."""
START_SECONDS = 300.0
"""Until the first beat: imports, schemas, the recovery of a large spool file."""
FRAMES = 10
_THREAD = re.compile(r"^(?:Current thread|Thread) 0x.*$", re.M)
_FRAME = re.compile(r'^  File "(?P<file>.*)", line (?P<line>\d+) in (?P<function>.*)$', re.M)


class Pulse:
    """The reading end of the pipe of one process; the process gets `writer`."""

    def __init__(self, hang_seconds: float) -> None:
        """`hang_seconds` of silence are a process that hangs; 0: none ever does."""
        self._reader, self.writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self.writer, False)
        self._hang_seconds = hang_seconds
        self._bound = max(hang_seconds, START_SECONDS)
        self._silence = 0.0
        self._looked: float | None = None
        self._text = b""

    def started(self) -> None:
        """The process has the writing end."""
        os.close(self.writer)

    def look(self, now: float) -> str:
        """Where the process stands still, said once each time; empty when it does not. `now` in monotonic seconds."""
        self._silence += min(now - self._looked, AWAY_SECONDS) if self._looked is not None else 0.0
        self._looked = now
        heard = self._read()
        if BEAT in heard:
            self._silence, self._bound = 0.0, self._hang_seconds
        text = heard.replace(BEAT, b"")
        self._text += text
        if text or not self._text:  # a stack comes in pieces
            return ""
        stack, self._text = self._text.decode(errors="replace"), b""
        return where(stack)

    @property
    def hangs(self) -> bool:
        return bool(self._hang_seconds) and self._silence > self._bound

    @property
    def silence(self) -> float:
        """Seconds since the last beat, for as far as the supervisor was awake."""
        return self._silence

    def close(self) -> None:
        os.close(self._reader)

    def _read(self) -> bytes:
        try:
            return os.read(self._reader, 1 << 20)
        except BlockingIOError:
            return b""


def where(stack: str) -> str:
    """One line of what faulthandler wrote of all threads: the main thread's calls, the innermost first."""
    frames = list(_FRAME.finditer(_THREAD.split(stack)[-1]))  # it is the last
    shown = [f"{one['function']} ({_short(PurePath(one['file']).parts)}:{one['line']})" for one in frames[:FRAMES]]
    return " < ".join(shown) or "an unknown place"


def _short(parts: Sequence[str]) -> str:
    """A file from its package on, or by the end of its path."""
    for number, part in enumerate(parts):
        if part == "site-packages" or part.startswith("game_events"):
            return "/".join(parts[number + (part == "site-packages") :])
    return "/".join(parts[-2:])
