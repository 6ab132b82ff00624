"""When to send again, how long to wait first, and when not to try at all. Pure: no clock, no socket, no sleep."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

Uniform = Callable[[float, float], float]
_FOR_GOOD = (501, 505, 506, 508, 510, 511)
"""Of the 5xx: the server or a login page will say the same next time."""


def is_retryable(status: int) -> bool:
    """Whether the same request may succeed later: 408, 425, 429, and 5xx, a proxy's own among them."""
    return status in (408, 425, 429) or (status >= 500 and status not in _FOR_GOOD)


@dataclass(frozen=True)
class RetryPolicy:
    """Exponential backoff with full jitter: before retry n, a uniform wait in [0, min(cap, base * 2**n)].

    Full jitter spreads a crowd of clients best (Marc Brooker, "Exponential Backoff And Jitter", AWS
    Architecture Blog). A `Retry-After` is a minimum.
    """

    max_attempts: int | None = None
    """None: until the time is up."""
    base: float = 0.2  # seconds
    cap: float = 5.0  # seconds

    def __post_init__(self) -> None:
        if self.max_attempts is not None and (not isinstance(self.max_attempts, int) or self.max_attempts < 1):
            raise ValueError(
                f"max_attempts is {self.max_attempts!r}; give a whole number from 1, which means no retry, or None"
            )

    def wait(
        self, attempt: int, left: float, retry_after: float | None = None, uniform: Uniform = random.uniform
    ) -> float | None:
        """Seconds to wait after failed attempt number `attempt` (from 1), or None to give up.

        `left` is how many seconds the call may still take: a wait that leaves no time for an attempt is not begun.
        """
        if self.max_attempts is not None and attempt >= self.max_attempts:
            return None
        backoff = uniform(0.0, min(self.cap, self.base * 2.0 ** min(attempt - 1, 30)))
        # Jitter on top of Retry-After: everybody was told the same moment.
        wait = backoff if retry_after is None else retry_after + backoff
        return wait if wait < left else None


class Circuit:
    """Open while the server is away, so that no call waits for what many before it did not get.

    It opens when `failures` attempts in a row found nobody or were answered that the server is away. From then on one
    call at a time tries, after a pause that doubles up to `longest` seconds; the first answer closes it.
    """

    def __init__(self, failures: int = 8, shortest: float = 1.0, longest: float = 30.0) -> None:
        self._limit = failures
        self._shortest = shortest
        self._longest = longest
        self._failures = 0
        self._away_since = 0.0
        self._next_try = 0.0

    def away_for(self, now: float) -> float | None:
        """Seconds since the server was last heard of, when this is no moment to try; else None."""
        if self._failures < self._limit:
            return None
        if now >= self._next_try:  # whoever asked now tries, and the others wait for what comes of it
            self._next_try = now + self._pause()
            return None
        return now - self._away_since

    def heard(self) -> None:
        """The server answered, whatever it said."""
        self._failures = 0

    def unheard(self, now: float) -> None:
        """An attempt came to nothing."""
        if not self._failures:
            self._away_since = now
        self._failures += 1
        self._next_try = now + self._pause()

    def _pause(self) -> float:
        return float(min(self._longest, self._shortest * 2.0 ** min(max(self._failures - self._limit, 0), 30)))


def parse_retry_after(value: str | None, date: str | None, now: datetime) -> float | None:
    """Seconds of a Retry-After header (RFC 9110, section 10.2.3: seconds or a date); None when absent or malformed.

    A date counts from `date`, the answer's Date header, since the device's clock may be wrong, and from
    `now`, which is timezone-aware, only when there is none.
    """
    if value is None:
        return None
    seconds = value.strip()  # of more characters than float() passes over
    if seconds.isascii() and seconds.isdigit():
        return float(seconds)
    moment = _http_date(value)
    if moment is None:
        return None
    return max(0.0, (moment - (_http_date(date or "") or now)).total_seconds())


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else None
