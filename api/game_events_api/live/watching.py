"""One feed for all who look: it is followed while anybody does, and costs nothing otherwise."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from game_events_api.live.feed import Feed
from game_events_api.live.seen import Filter, Seen

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.1
"""Between two looks; delivery leaves a block where it is for a second."""
LINGER_SECONDS = 60.0
"""After the last viewer went: who comes back meanwhile has missed nothing."""
VIEWERS = 32


class Full(Exception):
    """VIEWERS look already."""


@dataclass(eq=False)
class Viewer:
    """Somebody who looks; `place` is the number of the last event that they were given."""

    filter: Filter
    place: int
    _feed: Feed
    _loop: asyncio.AbstractEventLoop
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    async def next(self, seconds: float) -> list[Seen]:
        """What came since, oldest first; none after so many seconds without anything."""
        try:
            await asyncio.wait_for(self._came.wait(), seconds)
        except TimeoutError:
            return []
        self._came.clear()
        found = self._feed.after(self.place)
        if found:
            self.place = found[-1].number
        return found

    def tell(self) -> None:
        """From any thread."""
        self._loop.call_soon_threadsafe(self._came.set)


class Watching:
    """Over one data directory."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.epoch = f"{time.time_ns() // 1_000_000:x}"
        """With an event's number it is known by; another process numbers anew."""
        self._viewers: set[Viewer] = set()
        self._lock = threading.Lock()
        self._looking = threading.Lock()
        self._thread: threading.Thread | None = None
        self.ended = False

    def end(self) -> None:
        """The process is about to stop: nobody is to wait for more."""
        self.ended = True
        with self._lock:
            for viewer in self._viewers:
                viewer.tell()

    async def looked(self) -> None:
        """So that the feed knows what has come up to now."""
        if self._thread is None:
            await asyncio.to_thread(self._look)

    @asynccontextmanager
    async def viewer(self, wanted: Filter, place: int | None) -> AsyncIterator[Viewer]:
        """Looks on from a place, or from all that is still known. Raises Full."""
        await self.looked()
        viewer = Viewer(wanted, place or 0, self.feed, asyncio.get_running_loop())
        with self._lock:
            if len(self._viewers) >= VIEWERS:
                raise Full
            self._viewers.add(viewer)
            if self._thread is None:
                self._thread = threading.Thread(target=self._follow, name="live", daemon=True)
                self._thread.start()
        viewer.tell()
        try:
            yield viewer
        finally:
            with self._lock:
                self._viewers.discard(viewer)

    def place(self, event_id: str | None) -> int | None:
        """Of a Last-Event-ID; None where it is of another process."""
        epoch, _, number = (event_id or "").partition("-")
        return int(number) if epoch == self.epoch and number.isdecimal() else None

    def _follow(self) -> None:
        alone_since: float | None = None
        while True:
            with self._lock:
                viewers = list(self._viewers)
                alone_since = None if viewers else alone_since or time.monotonic()
                if alone_since is not None and time.monotonic() - alone_since > LINGER_SECONDS:
                    self._thread = None
                    self.feed.close()
                    return
            if self._look({needle for viewer in viewers for needle in viewer.filter.needles}):
                for viewer in viewers:
                    viewer.tell()
            time.sleep(LOOK_SECONDS)

    def _look(self, needles: set[bytes] | None = None) -> int:
        with self._looking:
            try:
                return self.feed.look(needles or ())
            except Exception:  # a defect must not leave the pages waiting without a word
                log.exception("the spool files cannot be followed")
                return 0
