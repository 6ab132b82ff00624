"""Time that a test owns."""

from unit.api.delivery.spool_maker import NOON


class SimulatedClock:
    def __init__(self) -> None:
        self.now = 0.0
        self.offset = NOON.timestamp()

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> float:
        return self.now + self.offset

    def advance(self, seconds: float) -> None:
        self.now += max(seconds, 0.0)

    def jump(self, seconds: float) -> None:
        """The wall clock is set anew; the monotonic one does not notice."""
        self.offset += seconds
