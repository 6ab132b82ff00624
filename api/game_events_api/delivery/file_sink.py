"""What the sinks that write files themselves have in common: gzipped NDJSON in Firehose's own key layout.

`intent → file in the store → delete` is the order of things. After a crash the intent says which blocks the file
was for: where the file stands they are deleted, where it does not they are written again, under a new name.
"""

import hashlib
import logging
import random
import sqlite3
import uuid
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from math import inf
from typing import Any, Protocol
from weakref import WeakKeyDictionary, WeakSet

from isal import igzip

from game_events_api.correlation import correlation_ids
from game_events_api.delivery.backoff import full_jitter
from game_events_api.delivery.clock import Clock, SystemClock
from game_events_api.delivery.sink import Around, describe
from game_events_api.ledger_key import LedgerKey, dump_counts
from game_events_api.spool.blocks import Block, Intent
from game_events_api.spool.spool_file import SpoolFile

log = logging.getLogger(__name__)

STREAMS = ("events", "rejected")
FILE_NAMES = {"events": "game-events", "rejected": "game-events-rejected"}
FILE_BYTES = 64 * 1024 * 1024
COMPRESSION = 2
RETRY_BASE_S = 0.5
RETRY_CAP_S = 30.0
IDLE_SECONDS = 0.01
"""Until the next look where nothing waits and nothing lingers."""
TURN_SECONDS = 5.0
"""No file is begun later than this in a turn: the other sinks wait meanwhile."""


class Store(Protocol):
    """Where files come to lie; `path` is relative to it. `str()` of it says where that is."""

    def write(self, path: str, data: bytes) -> None:
        """Whole and durable when it returns. OSError when that is not certain: the file stands or it does not."""
        ...

    def stands(self, path: str) -> bool:
        """Whether a file that was begun is whole and durable; if not, nothing of it is left. OSError if unknown."""
        ...


class FileSink:
    """Delivers to one store; `name` is what the spool files know it by."""

    def __init__(
        self,
        name: str,
        store: Store,
        *,
        linger: float = 1.0,
        file_bytes: int = FILE_BYTES,
        clock: Clock | None = None,
        rng: random.Random | None = None,
    ) -> None:
        self.name = name
        self._store = store
        self.around: Around = nullcontext
        self._linger = linger
        self._file_bytes = file_bytes
        self._clock = clock or SystemClock()
        self._rng = rng or random.Random()
        self._since: WeakKeyDictionary[SpoolFile, dict[str, float]] = WeakKeyDictionary()
        self._served: WeakKeyDictionary[SpoolFile, float] = WeakKeyDictionary()
        self._recovered: WeakSet[SpoolFile] = WeakSet()
        self._last_stream = ""
        self._failures = 0
        self._not_before = 0.0
        self._last_error: str | None = None
        self._last_file: str | None = None

    def step(self, spools: Sequence[SpoolFile], *, flushing: bool) -> float:
        now = self._clock.monotonic()
        if now < self._not_before:
            return self._not_before - now
        due = self._linger
        try:
            for spool in sorted(spools, key=lambda spool: self._served.get(spool, -inf)):
                due = min(due, self._serve(spool, now, flushing))
        except OSError as error:
            return self._postpone(error, now)
        self._failures = 0
        self._last_error = None
        return max(due, 0.0)

    def _serve(self, spool: SpoolFile, now: float, flushing: bool) -> float:
        """What this spool file has to give; the seconds until there is more."""
        if spool.fault is not None:
            return self._linger
        if self._turn_is_over(now):
            return 0.0
        self._served[spool] = now
        try:
            self._recover(spool)
            return self._deliver(spool, now, flushing)
        except sqlite3.Error as error:  # this file's own trouble; what the store refuses concerns all
            spool.fail(error)
            self._recovered.discard(spool)
            return self._linger

    def _deliver(self, spool: SpoolFile, now: float, flushing: bool) -> float:
        """A file of each stream in turn: where both have a backlog, neither waits for the other's end."""
        due = dict.fromkeys(sorted(STREAMS, key=lambda stream: stream == self._last_stream), 0.0)
        while not all(due.values()):
            for stream in due:
                if self._turn_is_over(now):
                    return 0.0
                due[stream] = self._deliver_one(spool, stream, now, flushing)
        return min(due.values())

    def _deliver_one(self, spool: SpoolFile, stream: str, now: float, flushing: bool) -> float:
        """A file, and 0; or the seconds until there is one to write."""
        since_of = self._since.setdefault(spool, {})
        waiting = spool.waiting(self.name, stream)
        if not waiting.blocks:
            since_of.pop(stream, None)
            return max(self._linger, IDLE_SECONDS)
        left = since_of.setdefault(stream, now) + self._linger - now  # one figure: two round to "not yet" and "now"
        if not flushing and waiting.bytes < self._file_bytes and left > 0:
            return left
        if blocks := spool.read(self.name, stream, max_bytes=self._file_bytes):  # none where all were damaged
            self._write(spool, stream, blocks)
        self._last_stream = stream
        since_of.pop(stream, None)
        return 0.0

    def _turn_is_over(self, began: float) -> bool:
        return self._clock.monotonic() - began > TURN_SECONDS

    def _recover(self, spool: SpoolFile) -> None:
        """Finish or undo what a crash, or a store that failed, left behind."""
        if spool in self._recovered:
            return
        for intent in spool.intents(self.name):
            if self._store.stands(intent.path):
                spool.fulfil(intent)
            else:
                spool.withdraw(intent)
        self._recovered.add(spool)

    def _write(self, spool: SpoolFile, stream: str, blocks: list[Block]) -> None:
        lines = [block.data for block in blocks]
        data = igzip.compress(b"".join(lines), COMPRESSION, mtime=0)
        counts: Counter[LedgerKey] = Counter()
        for block in blocks:
            counts.update(block.keys)
        intent = Intent(
            path=object_key(stream, self._clock.wall()),
            sink=self.name,
            stream=stream,
            first_id=blocks[0].id,
            last_id=blocks[-1].id,
            events=sum([block.events for block in blocks]),
            bytes=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            counts=dump_counts(counts),
        )
        spool.announce(intent)
        self._recovered.discard(spool)  # until it is fulfilled, the intent is something to recover
        with self.around(lines):
            self._store.write(intent.path, data)
        spool.fulfil(intent)
        self._recovered.add(spool)
        self._last_file = intent.path
        if log.isEnabledFor(logging.DEBUG):
            told = {"sink": self.name, "file": intent.path, "events": intent.events}
            log.debug("delivered", extra=told | {"correlation_ids": correlation_ids(lines)})

    def _postpone(self, error: OSError, began: float) -> float:
        self._failures += 1
        self._recovered.clear()
        self._last_error = describe(error)
        now = self._clock.monotonic()
        backoff = full_jitter(self._failures, base=RETRY_BASE_S, cap=RETRY_CAP_S, rng=self._rng)
        delay = max(backoff, now - began)  # as long for the other sinks as they were made to wait
        self._not_before = now + delay
        log.warning("%s cannot be written (%s); next try in %.1f s", self._store, error, delay)
        return delay

    @property
    def busy(self) -> bool:
        return False

    def status(self) -> dict[str, Any]:
        return {
            "breaker": "open" if self._failures else "closed",
            "last_error": self._last_error,
            "last_file": self._last_file,
        }

    def close(self) -> None:
        return None


def object_key(stream: str, moment: float) -> str:
    """Firehose's layout: prefix/YYYY/MM/DD/HH/<stream>-<version>-YYYY-MM-DD-HH-MM-SS-<uuid>.gz, in UTC."""
    at = datetime.fromtimestamp(moment, UTC)
    return f"{stream}/{at:%Y/%m/%d/%H}/{FILE_NAMES[stream]}-1-{at:%Y-%m-%d-%H-%M-%S}-{uuid.uuid4()}.gz"
