"""Token buckets: so many a second for each key or address, with a burst. Pure."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from game_events_api.errors import Headers, Problem, RequestRefused

MAX_BUCKETS = 100_000
"""Of one limiter; the oldest is dropped, and full if it is needed again. About 25 MB."""


Of = Literal["key", "address", "wrong-key"]
_TOO_MANY: Mapping[Of, str] = {
    "key": "this key sends more than it may",
    "address": "this address sends more than it may",
    "wrong-key": "this address sends too many requests with a wrong key",
}


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


class RateLimiter:
    """One bucket for each key or address.

    A request may take the last tokens and more, and then waits for the bucket to refill, so that a batch larger than
    what is left is delayed and never impossible.
    """

    def __init__(
        self,
        per_second: float,
        burst_seconds: float,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        of: Of = "key",
    ) -> None:
        self._rate = per_second
        self._burst = per_second * burst_seconds
        self._monotonic = monotonic
        self._of = of
        self._buckets: OrderedDict[str | bytes, _Bucket] = OrderedDict()
        self._policy = f'"{of}";q={math.ceil(self._burst)};w={math.ceil(burst_seconds)}'.encode()

    def admit(self, holder: str | bytes, tokens: int, paid: int = 0) -> Headers:
        """Take `tokens`, of which `paid` were taken before: the headers that tell the sender, or RequestRefused 429.

        What was paid is not given back.
        """
        return self.within(*self.take(holder, tokens, self._monotonic(), paid))

    def within(self, wait: float, state: bytes) -> Headers:
        """The same, by a rate that was taken elsewhere: `wait` seconds, and the RateLimit field."""
        headers = ((b"ratelimit", state), (b"ratelimit-policy", self._policy))
        if wait:
            raise RequestRefused(
                Problem.RATE_LIMITED,
                f"{_TOO_MANY[self._of]}; wait as long as Retry-After says",
                headers=(*headers, (b"retry-after", b"%d" % max(1, round(wait + 0.5)))),
            )
        return headers

    def take(self, holder: str | bytes, tokens: int, now: float, paid: int = 0) -> tuple[float, bytes]:
        """Take tokens at monotonic second `now`: 0.0, or the seconds until one is free again, and the state.

        The state is the RateLimit field: what is left, and in how many seconds the bucket is full again. Nothing is
        taken when the wait is not 0.0.
        """
        bucket = self._buckets.get(holder)
        if bucket is None:
            if len(self._buckets) >= MAX_BUCKETS:
                self._buckets.popitem(last=False)
            bucket = self._buckets[holder] = _Bucket(self._burst, now)
        left = min(self._burst, bucket.tokens + (now - bucket.filled_at) * self._rate)
        bucket.filled_at = now
        wait = 0.0 if left + paid > 0 else (1 - left - paid) / self._rate
        if not wait:
            left += paid - tokens
        bucket.tokens = left
        return wait, rate_limit(left, (self._burst - left) / self._rate, self._of.encode())


def rate_limit(tokens: float, full_in: float, of: bytes = b"key") -> bytes:
    """The RateLimit field: the tokens that are left, and in how many seconds the bucket is full again."""
    return b'"%b";r=%d;t=%d' % (of, tokens if tokens > 0 else 0, math.ceil(full_in))
