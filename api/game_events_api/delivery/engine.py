"""Turns the wheel: new spool files, every sink a step, the status file, a pause."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from game_events_api.delivery.clock import Clock, SystemClock
from game_events_api.delivery.sink import Sink
from game_events_api.delivery.spools import Spools
from game_events_api.heartbeat import BEAT_SECONDS
from game_events_api.metrics import Metrics
from game_events_api.metrics.definitions import BREAKER_OPEN, DELIVERED_BYTES, DELIVERY_FAILING, DELIVERY_SECONDS
from game_events_api.private_files import replace_unsynced
from game_events_api.spool.spool_file import SpoolFile

log = logging.getLogger(__name__)

STATUS_SECONDS = 1.0


class Engine:
    """One thread owns the spool connections; a sink may have threads of its own behind it."""

    def __init__(
        self,
        data_dir: Path,
        sinks: Sequence[Sink],
        *,
        poll: float = 0.1,
        shutdown: float = 10.0,
        clock: Clock | None = None,
        wake: threading.Event | None = None,
        spools: Spools | None = None,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock = clock or SystemClock()
        self._sinks = list(sinks)
        self._status_path = data_dir / "delivery" / "status.json"
        self.metrics = Metrics("delivery")
        for sink in sinks:
            self.metrics.read(BREAKER_OPEN, partial(_openness, sink), sink.name)
            self.metrics.read(DELIVERY_FAILING, partial(_fails, sink), sink.name)
        self._spools = spools or Spools(
            data_dir / "spool",
            [sink.name for sink in sinks],
            self._clock,
            open_file=partial(SpoolFile, on_delivered=self._delivered),
        )
        self._poll = poll
        self._beat = beat
        self._shutdown = shutdown
        self._stopping = threading.Event()
        self._wake = wake or threading.Event()
        self._status_due = 0.0

    def stop(self) -> None:
        """Flush and return from `run`; safe in a signal handler."""
        self._stopping.set()
        self._wake.set()

    def run(self, wait: Callable[[float], None] | None = None) -> None:
        """Until `stop()` and everything is flushed, or the time for that is over."""
        pause = wait or self._pause
        deadline: float | None = None
        while True:
            flushing = self._stopping.is_set()
            if flushing and deadline is None:
                deadline = self._clock.monotonic() + self._shutdown
            delay = self.step(flushing=flushing)
            if deadline is not None and (self.drained() or self._clock.monotonic() >= deadline):
                break
            pause(delay)
        self._spools.refresh()
        self._write_status(self._clock.monotonic())

    def step(self, *, flushing: bool = False) -> float:
        """One turn; the seconds until the next is due."""
        delay = self._poll
        spools = self._spools.refresh()
        for sink in self._sinks:
            delay = min(delay, sink.step(spools, flushing=flushing))
            self._beat()
        if (now := self._clock.monotonic()) >= self._status_due:
            self._write_status(now)
        return delay

    def drained(self) -> bool:
        if any(sink.busy for sink in self._sinks):
            return False
        self._spools.refresh()
        return self._spools.waiting() == 0 and not self._spools.unread

    def close(self) -> None:
        for sink in self._sinks:
            sink.close()
        self._spools.close()

    def _pause(self, seconds: float) -> None:
        over = time.monotonic() + max(seconds, 0.005)
        while (left := over - time.monotonic()) > 0 and not self._wake.wait(min(left, BEAT_SECONDS)):
            self._beat()
        self._wake.clear()

    def _delivered(self, sink: str, stored_at: float, events: int, size: int) -> None:
        self.metrics.observe(DELIVERY_SECONDS, sink, max(self._clock.wall() - stored_at, 0.0), events)
        self.metrics.counts[DELIVERED_BYTES, sink] += size

    def _write_status(self, now: float) -> None:
        self._status_due = now + STATUS_SECONDS
        sinks: dict[str, Any] = {sink.name: sink.status() for sink in self._sinks}
        waiting, troubles = self._spools.report()
        errors = [one.get("last_error") for one in sinks.values()]
        errors += [f"{name}: {reason}" for name, reason in troubles.items()]
        states = [str(one.get("breaker")) for one in sinks.values()]
        try:
            replace_unsynced(
                self._status_path,
                {
                    "written_at": self._clock.wall(),
                    "breaker": next((state for state in ("open", "half-open") if state in states), "closed"),
                    "waiting_blocks": waiting,
                    "last_error": next((error for error in errors if error), None),
                    "unusable_spools": troubles,
                    "sinks": sinks,
                },
            )
        except OSError as error:
            log.warning("cannot write %s: %s", self._status_path, error)


def _openness(sink: Sink) -> float:
    return {"open": 1.0, "half-open": 0.5}.get(str(sink.status().get("breaker")), 0.0)


def _fails(sink: Sink) -> float:
    return float(sink.status().get("last_error") is not None)
