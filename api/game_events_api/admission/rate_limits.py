"""Token buckets: so many events a second for each key, with a burst. Pure."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from game_events_api.errors import Headers, Problem, RequestRefused


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


class RateLimiter:
    """One bucket a key. A request may take the last tokens and more, and then waits for the bucket to refill,

    so that a batch larger than what is left is delayed and never impossible.
    """

    def __init__(
        self, per_second: float, burst_seconds: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = per_second
        self._burst = per_second * burst_seconds
        self._monotonic = monotonic
        self._buckets: dict[str, _Bucket] = {}
        self._policy = f'"key";q={math.ceil(self._burst)};w={math.ceil(burst_seconds)}'.encode()

    def admit(self, key_id: str, events: int) -> Headers:
        """Take `events` from the key's rate now: the headers that tell the sender, or RequestRefused 429."""
        return self.within(*self.take(key_id, events, self._monotonic()))

    def within(self, wait: float, state: bytes) -> Headers:
        """The same, by a rate that was taken elsewhere: `wait` seconds, and the RateLimit field."""
        headers = ((b"ratelimit", state), (b"ratelimit-policy", self._policy))
        if wait:
            raise RequestRefused(
                Problem.RATE_LIMITED,
                "this key sends more events than it may; wait as long as Retry-After says",
                headers=(*headers, (b"retry-after", b"%d" % max(1, round(wait + 0.5)))),
            )
        return headers

    def take(self, key_id: str, events: int, now: float) -> tuple[float, bytes]:
        """Take `events` tokens at monotonic second `now`: 0.0, or the seconds until one is free again, and the state.

        The state is the RateLimit field: what is left, and in how many seconds the bucket is full again. Nothing is
        taken when the wait is not 0.0.
        """
        bucket = self._buckets.get(key_id)
        if bucket is None:
            bucket = self._buckets[key_id] = _Bucket(self._burst, now)
        tokens = min(self._burst, bucket.tokens + (now - bucket.filled_at) * self._rate)
        bucket.filled_at = now
        wait = 0.0 if tokens > 0 else (1 - tokens) / self._rate
        if tokens > 0:
            tokens -= events
        bucket.tokens = tokens
        return wait, rate_limit(tokens, (self._burst - tokens) / self._rate)


def rate_limit(tokens: float, full_in: float) -> bytes:
    """The RateLimit field: the tokens that are left, and in how many seconds the bucket is full again."""
    return b'"key";r=%d;t=%d' % (tokens if tokens > 0 else 0, math.ceil(full_in))
