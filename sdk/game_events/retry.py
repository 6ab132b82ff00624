"""When to send again, and how long to wait first. Pure: no clock, no socket, no sleep."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime


def is_retryable(status: int) -> bool:
    """Whether the same request may succeed later: 408, 429 and every 5xx, a proxy's own among them."""
    return status in (408, 429) or status >= 500


@dataclass(frozen=True)
class RetryPolicy:
    """Exponential backoff with full jitter: before retry n, a uniform wait in [0, min(cap, base * 2**n)].

    Full jitter spreads a crowd of clients best (Marc Brooker, "Exponential Backoff And Jitter", AWS
    Architecture Blog). A `Retry-After` is obeyed up to `longest_retry_after`; a longer one is not worth
    a player's wait, so the call ends and the caller decides.
    """

    max_attempts: int = 4
    base: float = 0.2  # seconds
    cap: float = 5.0  # seconds
    longest_retry_after: float = 30.0  # seconds

    def __post_init__(self) -> None:
        if self.max_attempts < 1:
            raise ValueError(f"max_attempts is {self.max_attempts}; give at least 1, which means no retry")

    def wait(
        self, attempt: int, retry_after: float | None = None, uniform: Callable[[float, float], float] = random.uniform
    ) -> float | None:
        """Seconds to wait after failed attempt number `attempt` (from 1), or None to give up."""
        if attempt >= self.max_attempts:
            return None
        if retry_after is not None and retry_after > self.longest_retry_after:
            return None
        backoff = uniform(0.0, min(self.cap, self.base * 2.0 ** min(attempt - 1, 30)))
        # Jitter on top of Retry-After: everybody was told the same moment.
        return backoff if retry_after is None else retry_after + backoff


def parse_retry_after(value: str | None, date: str | None, now: datetime) -> float | None:
    """Seconds of a Retry-After header (RFC 9110, section 10.2.3: seconds or a date); None when absent or malformed.

    A date counts from `date`, the answer's Date header, since the device's clock may be wrong, and from
    `now`, which is timezone-aware, only when there is none.
    """
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value)
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
