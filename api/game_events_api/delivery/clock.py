"""Time as delivery sees it, so that a test can own it."""

import time
from typing import Protocol


class Clock(Protocol):
    def monotonic(self) -> float:
        """Seconds that never go back: ages, backoff, the breaker."""
        ...

    def wall(self) -> float:
        """Seconds since 1970, for names and records only: it may jump."""
        ...


class SystemClock:
    monotonic = staticmethod(time.monotonic)
    wall = staticmethod(time.time)
