"""How a replay goes: its pace, its report."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from game_events_api.recovery.recheck import Fails


class Pace:
    """At most `per_second` events, counted from the first; None is as fast as it goes."""

    def __init__(
        self,
        per_second: float | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        told: Callable[[int], None] = lambda sent: None,
    ) -> None:
        """`told` hears how many were sent so far."""
        self._per_second = per_second
        self._monotonic = monotonic
        self._sleep = sleep
        self._told = told
        self._started: float | None = None
        self._sent = 0

    def after(self, events: int) -> None:
        """Wait until as much time has passed as the events sent so far may take."""
        if self._started is None:
            self._started = self._monotonic()
        self._sent += events
        self._told(self._sent)
        if self._per_second is not None:
            self._sleep(max(0.0, self._started + self._sent / self._per_second - self._monotonic()))


@dataclass
class Report:
    """What a replay or its dry run came to; `repeated` of those that passed had been sent before."""

    passed: int = 0
    repeated: int = 0
    failed: Counter[Fails] = field(default_factory=Counter)

    @property
    def events(self) -> int:
        return self.passed + self.failed.total()

    @property
    def totals(self) -> dict[str, int]:
        return {"passed": self.passed, "refused": self.failed.total(), "repeated": self.repeated}

    @property
    def document(self) -> dict[str, Any]:
        """JSON values, as the HTTP contract has them."""
        return {
            "events": self.events,
            "passed": self.passed,
            "repeated": self.repeated,
            "refused": [
                {"rule": fails.rule, "message": fails.message, "events": number}
                for fails, number in self.failed.most_common()
            ],
        }
