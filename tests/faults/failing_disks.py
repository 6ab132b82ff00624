"""A lake's disk and a spool's that fail, or see the process die, as the script says."""

import errno
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from faults.fault_script import Crash, Faults
from game_events_api.delivery.lake_sink import Directory, temporary
from game_events_api.spool.blocks import Intent, Settled
from game_events_api.spool.spool_file import SpoolFile


class FailingDisk(Directory):
    def __init__(self, root: Path, faults: Faults) -> None:
        super().__init__(root)
        self._faults = faults

    def _half(self, path: str, data: bytes) -> None:
        partial = temporary(self.root / path)
        partial.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(data[: len(data) // 2])

    def write(self, path: str, data: bytes) -> None:
        if self._faults.on("lake-disk-full"):
            self._half(path, data)
            raise OSError(errno.ENOSPC, "No space left on device")
        if self._faults.once("crash-half-written"):
            self._half(path, data)
            raise Crash
        super().write(path, data)
        if self._faults.on("lake-io-error"):
            raise OSError(errno.EIO, "Input/output error")


class FailingSpool(SpoolFile):
    def __init__(self, path: Path, sinks: Sequence[str], wall: Callable[[], float], faults: Faults) -> None:
        self._faults = faults
        super().__init__(path, sinks, wall)

    def _full(self) -> None:
        if self._faults.on("spool-disk-full"):
            raise sqlite3.OperationalError("database or disk is full")

    def settle(self, sink: str, settled: Iterable[Settled]) -> None:
        self._full()
        self._faults.crash("crash-before-settling")
        super().settle(sink, settled)
        self._faults.crash("crash-after-settling")

    def announce(self, intent: Intent) -> None:
        self._full()
        super().announce(intent)
        self._faults.crash("crash-after-announcing")

    def fulfil(self, intent: Intent) -> None:
        self._faults.crash("crash-before-fulfilling")
        self._full()
        super().fulfil(intent)
        self._faults.crash("crash-after-fulfilling")
