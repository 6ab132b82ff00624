"""How many requests with a wrong key an address may make before it is told to wait, and how many there were.

Only what was refused anyway is limited: whoever has a key never waits for others behind the same address.
"""

import time
from collections.abc import Callable

from game_events_api.admission.rate_limits import RateLimiter
from game_events_api.errors import RequestRefused

BURST_SECONDS = 60.0


class WrongKeys:
    def __init__(self, per_minute: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._rate = RateLimiter(per_minute / 60, BURST_SECONDS, monotonic, of="wrong-key")
        self.answered = {401: 0, 429: 0}

    def charge(self, sender: bytes | None) -> None:
        """Count one request; RequestRefused 429 when its sender, by its address's name, has made too many."""
        try:
            if sender is not None:
                self._rate.admit(sender, 1)
        except RequestRefused:
            self.answered[429] += 1
            raise
        self.answered[401] += 1
