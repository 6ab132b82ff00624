"""A device's clock that a test moves."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from game_events.clock import Clock

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass
class ManualClock(Clock):
    """Time passes when somebody sleeps, or by `advance`; nobody really waits."""

    started: datetime = NOON
    """What the wall clock said at first."""
    passed: float = 0.0
    """Seconds since."""
    waits: list[float] = field(default_factory=list)
    """How long each sleep was, in seconds."""

    def advance(self, seconds: float) -> None:
        """Let so much time pass."""
        self.passed += seconds

    def wall(self) -> datetime:
        return self.started + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.passed += seconds

    def wait(self, turn: threading.Condition, seconds: float | None) -> None:
        """Another thread may do something meanwhile, which takes real time: of a bounded wait a fifth, or two seconds.
        Only when nothing came of it has the time passed.
        """
        if not turn.wait(None if seconds is None else min(seconds / 5, 2.0)):
            self.passed += seconds or 0.0

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)
