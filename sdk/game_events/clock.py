"""The device's clocks, in one place so that a test can bring its own."""

import asyncio
import time
from datetime import UTC, datetime
from threading import Condition


class Clock:
    """What a client reads and waits by."""

    def wall(self) -> datetime:
        """The time of day, timezone-aware, as wrong as the device has it."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Keep the calling thread for so long."""
        time.sleep(seconds)

    async def sleep_async(self, seconds: float) -> None:
        """Keep the calling task for so long."""
        await asyncio.sleep(seconds)

    def wait(self, turn: Condition, seconds: float | None) -> None:
        """Keep the calling thread until it is its turn, or for so long."""
        turn.wait(seconds)
