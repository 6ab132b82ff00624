"""What is logged of refusals: the first of each reason and key at once, then one line a minute that counts the others.

A build that sends one mistake a million times, or a stranger with wrong keys, fills no disk and hides nothing. Nothing
that a sender wrote comes into a line but its correlation id, which is checked.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from game_events_api.metrics import Metrics
from game_events_api.metrics.definitions import LOGGED

log = logging.getLogger(__name__)
SECONDS = 60.0
MAX_REASONS = 1_000
"""Of reasons and keys that are remembered; the oldest is forgotten, and logged at once if it comes again."""


@dataclass(slots=True)
class _Said:
    at: float
    spared: int = 0


class RefusalLog:
    def __init__(self, metrics: Metrics, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._metrics = metrics
        self._monotonic = monotonic
        self._said: OrderedDict[tuple[str, str], _Said] = OrderedDict()

    def refused(self, reason: str, key_id: str, correlation_id: str, **about: str | int) -> None:
        """`reason` is a problem's or a rule's name; `key_id` is empty where there was no valid key."""
        now = self._monotonic()
        said = self._said.get((reason, key_id))
        if said is not None and now - said.at < SECONDS:
            said.spared += 1
            self._metrics.counts[LOGGED, reason] += 1
            return
        spared = said.spared if said is not None else 0
        if said is None and len(self._said) >= MAX_REASONS:
            self._said.popitem(last=False)
        self._said[reason, key_id] = _Said(now)
        known = {"reason": reason, "key_id": key_id, "correlation_id": correlation_id, "spared": spared}
        log.info("refused", extra=known | about)
