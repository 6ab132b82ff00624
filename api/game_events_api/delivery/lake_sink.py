"""The embedded sink: gzipped NDJSON files in Firehose's own key layout, renamed into place.

`intent → temporary file → fsync → rename → fsync of the directory → delete` is the order of things.
After a crash the intent says which blocks the file was for: where the file stands they are deleted,
where it does not they are written again, under a new name.
"""

import hashlib
import logging
import os
import random
import sqlite3
import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from isal import igzip

from game_events_api.delivery.backoff import full_jitter
from game_events_api.delivery.clock import Clock, SystemClock
from game_events_api.delivery.spool_file import Block, Intent, SpoolFile, describe
from game_events_api.ledger_key import LedgerKey, dump_counts

log = logging.getLogger(__name__)

STREAMS = ("events", "rejected")
FILE_NAMES = {"events": "game-events", "rejected": "game-events-rejected"}
COMPRESSION = 2
RETRY_BASE_S = 0.5
RETRY_CAP_S = 30.0


class LakeSink:
    name = "lake"

    def __init__(
        self,
        root: Path,
        *,
        linger: float = 1.0,
        file_bytes: int = 64 * 1024 * 1024,
        clock: Clock | None = None,
        rng: random.Random | None = None,
        files: "FileSystem | None" = None,
    ) -> None:
        self._root = root
        self._linger = linger
        self._file_bytes = file_bytes
        self._clock = clock or SystemClock()
        self._rng = rng or random.Random()
        self._files = files or FileSystem()
        self._since: WeakKeyDictionary[SpoolFile, dict[str, float]] = WeakKeyDictionary()
        self._recovered: WeakSet[SpoolFile] = WeakSet()
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
            for spool in spools:
                if spool.fault is not None:
                    continue
                try:
                    self._recover(spool)
                    for stream in STREAMS:
                        due = min(due, self._step(spool, stream, now, flushing))
                except sqlite3.Error as error:  # this file's own trouble; what the lake refuses concerns all
                    spool.fault = describe(error)
                    self._recovered.discard(spool)
        except OSError as error:
            self._failures += 1
            self._recovered.clear()
            self._last_error = describe(error)
            delay = full_jitter(self._failures, base=RETRY_BASE_S, cap=RETRY_CAP_S, rng=self._rng)
            self._not_before = self._clock.monotonic() + delay
            log.warning("the lake at %s cannot be written (%s); next try in %.1f s", self._root, error, delay)
            return delay
        self._failures = 0
        self._last_error = None
        return max(due, 0.0)

    def _step(self, spool: SpoolFile, stream: str, now: float, flushing: bool) -> float:
        since_of = self._since.setdefault(spool, {})
        while True:
            waiting = spool.waiting(self.name, stream)
            if not waiting.blocks:
                since_of.pop(stream, None)
                return self._linger
            since = since_of.setdefault(stream, now)
            if not flushing and waiting.bytes < self._file_bytes and now - since < self._linger:
                return since + self._linger - now
            self._store(spool, stream, spool.read(self.name, stream, max_bytes=self._file_bytes))
            since_of.pop(stream, None)

    def _recover(self, spool: SpoolFile) -> None:
        """Finish or undo what a crash, or a full disk, left behind."""
        if spool in self._recovered:
            return
        for intent in spool.intents(self.name):
            path = self._root / intent.path
            if path.exists():
                self._files.sync_directory(path.parent)
                spool.fulfil(intent)
            else:
                temporary(path).unlink(missing_ok=True)
                spool.withdraw(intent)
        self._recovered.add(spool)

    def _store(self, spool: SpoolFile, stream: str, blocks: list[Block]) -> None:
        data = igzip.compress(b"".join(block.data for block in blocks), COMPRESSION, mtime=0)
        counts: Counter[LedgerKey] = Counter()
        for block in blocks:
            counts.update(block.keys)
        intent = Intent(
            path=object_key(stream, self._clock.time()),
            sink=self.name,
            stream=stream,
            first_id=blocks[0].id,
            last_id=blocks[-1].id,
            events=sum(block.events for block in blocks),
            bytes=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            counts=dump_counts(counts),
        )
        spool.announce(intent)
        self._recovered.discard(spool)  # until it is fulfilled, the intent is something to recover
        self._files.write(self._root / intent.path, data)
        spool.fulfil(intent)
        self._recovered.add(spool)
        self._last_file = intent.path

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


class FileSystem:
    """Writes a file so that it is either whole or not there. A seam: tests break it at every step."""

    def write(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = temporary(path)
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
        self.sync_directory(path.parent)

    def sync_directory(self, directory: Path) -> None:
        """Make the directory's entries durable, and those of its parents, which may be new."""
        for folder in (directory, *list(directory.parents)[:5]):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def temporary(path: Path) -> Path:
    """Readers of the lake skip dotted names and the suffix .tmp."""
    return path.with_name(f".{path.name}.tmp")


def object_key(stream: str, moment: float) -> str:
    """Firehose's layout: prefix/YYYY/MM/DD/HH/<stream>-<version>-YYYY-MM-DD-HH-MM-SS-<uuid>.gz, in UTC."""
    at = datetime.fromtimestamp(moment, UTC)
    return f"{stream}/{at:%Y/%m/%d/%H}/{FILE_NAMES[stream]}-1-{at:%Y-%m-%d-%H-%M-%S}-{uuid.uuid4()}.gz"
