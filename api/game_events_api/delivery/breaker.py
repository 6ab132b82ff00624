"""A circuit breaker as a state machine without time or threads of its own.

closed → open after FAILURES failed calls in a row, or at once on an alarm → half-open when the pause
is over: one probe → closed, or open again for longer. Closed again, calls in parallel start at one and
double with each success, so that recovery is no stampede; throttling halves them.
"""

import random
from typing import Literal

State = Literal["closed", "open", "half-open"]
FAILURES = 5
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0


class Breaker:
    """`width` calls in parallel when all is well."""

    def __init__(self, *, width: int, rng: random.Random) -> None:
        self.state: State = "closed"
        self._full_width = width
        self._width = width
        self._rng = rng
        self._failures = 0
        self._openings = 0
        self._until = 0.0

    def permits(self, now: float, in_flight: int) -> bool:
        """Whether one more call may be made now; it may turn open into half-open."""
        if self.state == "open" and now >= self._until:
            self.state = "half-open"
        if self.state == "closed":
            return in_flight < self._width
        return self.state == "half-open" and in_flight == 0

    def wait(self, now: float) -> float:
        """Seconds until a call may be permitted."""
        return max(0.0, self._until - now) if self.state == "open" else 0.0

    def succeeded(self) -> None:
        if self.state == "open":
            return  # sent before it opened; the probe decides
        if self.state == "half-open":
            self.state = "closed"
            self._width = 1
        else:
            self._width = min(self._full_width, self._width * 2)
        self._failures = self._openings = 0

    def throttled(self) -> None:
        """Part of a call was taken: the service lives but wants less."""
        if self.state == "half-open":
            self.succeeded()
        self._failures = 0
        self._width = max(1, self._width // 2)

    def familiar(self) -> None:
        """The service answered, and failed only what it had failed before: that says nothing against it."""
        if self.state == "half-open":
            self.succeeded()

    def failed(self, now: float, *, alarm: bool = False) -> None:
        if self.state == "open":
            return
        self._failures += 1
        if alarm or self.state == "half-open" or self._failures >= FAILURES:
            self._openings += 1
            longest = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(self._openings - 1, 30))
            # Half of it for sure: unlike a single call's backoff, a probe must not come at once.
            self._until = now + longest / 2 + self._rng.uniform(0.0, longest / 2)
            self.state = "open"
