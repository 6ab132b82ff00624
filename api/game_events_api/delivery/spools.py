"""Every spool file under a data directory, those of dead workers too; each stands by itself.

A file that cannot be used is set aside for a while, the others go on. A file that is deleted or replaced stays open
until what it holds is delivered, and what stands at its path now is opened beside it.
"""

import logging
import os
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from game_events_api.delivery.spool_file import SpoolFile, describe
from game_events_api.delivery.tables import EDGE_COLUMNS

log = logging.getLogger(__name__)

CREATION_SECONDS = 2.0
"""How long a new file may be unfinished before that is worth a warning: its worker is creating it."""
RETRY_SECONDS = 5.0
SETTLE_SECONDS = 2.0
"""How long a file's worker may need to bring the log of one that was moved into it: until then it is in two places."""
CALM_SECONDS = 15.0
"""So long without another failure, and a file counts as usable again."""

Place = tuple[int, int]
"""Device and inode: no other file has them while this one is open."""
NOWHERE: Place = (0, 0)


@dataclass
class Trouble:
    reason: str
    latest: float  # monotonic seconds


class Spools:
    def __init__(
        self,
        directory: Path,
        sinks: Sequence[str],
        wall: Callable[[], float],
        open_file: Callable[[Path, Sequence[str], Callable[[], float]], SpoolFile] = SpoolFile,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open_file = open_file
        self._directory = directory
        self._sinks = tuple(sinks)
        self._wall = wall
        self._monotonic = monotonic
        self._open: dict[Path, SpoolFile] = {}
        self._places: dict[SpoolFile, Place] = {}
        self._displaced: list[SpoolFile] = []
        self._unfinished: dict[Path, float] = {}
        self._open_again: dict[Path, float] = {}
        self._settled: dict[Place, float] = {}
        self._use_again: dict[SpoolFile, float] = {}
        self._troubles: dict[Path, Trouble] = {}

    def refresh(self) -> list[SpoolFile]:
        """Those that can be used now."""
        now = self._monotonic()
        present = self._present(now)
        for path, spool in list(self._open.items()):
            if present.get(path) != self._places[spool]:
                log.warning("the spool %s was deleted or replaced; what it still holds is delivered if it can be", path)
                self._displaced.append(self._open.pop(path))
                self._forget(path)
                self._open_again[path] = self._settled[self._places[spool]] = now + SETTLE_SECONDS
        for path in {*self._unfinished, *self._open_again, *self._troubles} - present.keys():
            self._forget(path)
        self._let_go(set(present.values()))
        for path, place in present.items():
            if path not in self._open and now >= max(self._open_again.get(path, now), self._settled.get(place, now)):
                self._try_to_open(path, place, now)
        for spool in self._open.values():
            self._revisit(spool, now)
        for path, trouble in list(self._troubles.items()):
            if path in self._open and now - trouble.latest > CALM_SECONDS:
                log.info("the spool %s can be used again", path)
                del self._troubles[path]
        return [spool for spool in self.all if spool.fault is None]

    @property
    def all(self) -> list[SpoolFile]:
        """The open ones, those that are set aside too."""
        return [*self._open.values(), *self._displaced]

    @property
    def troubles(self) -> Mapping[str, str]:
        """File name to what is wrong with it."""
        return {path.name: trouble.reason for path, trouble in self._troubles.items()}

    def close(self) -> None:
        for spool in self.all:
            spool.close()
        self._open.clear()
        self._displaced.clear()
        self._places.clear()

    def _present(self, now: float) -> dict[Path, Place]:
        present: dict[Path, Place] = {}
        for path in sorted(self._directory.glob("*.db")):
            try:
                status = os.stat(path)
            except FileNotFoundError:
                continue
            except OSError as error:
                present[path] = NOWHERE
                if path in self._open:  # it cannot be looked at: no reason to believe that it is another file
                    present[path] = self._places[self._open[path]]
                    self._report(path, describe(error), now)
                continue
            present[path] = (status.st_dev, status.st_ino)
        return present

    def _try_to_open(self, path: Path, place: Place, now: float) -> None:
        try:
            check(path)
            spool = self._open_file(path, self._sinks, self._wall)
        except (sqlite3.Error, OSError, ValueError, TypeError) as error:
            if now - self._unfinished.setdefault(path, now) >= CREATION_SECONDS:
                self._report(path, describe(error), now)
                self._open_again[path] = now + RETRY_SECONDS
            return
        if self._present(now).get(path) != place:  # replaced while it was being opened
            spool.close()
            return
        self._open[path] = spool
        self._places[spool] = place
        self._unfinished.pop(path, None)
        self._open_again.pop(path, None)

    def _revisit(self, spool: SpoolFile, now: float) -> None:
        """Set it aside when a sink failed with it, and give it back when it is time for another try."""
        if spool.fault is None:
            return
        if spool not in self._use_again:
            self._report(spool.path, spool.fault, now)
            self._use_again[spool] = now + RETRY_SECONDS
        elif now >= self._use_again[spool]:
            del self._use_again[spool]
            spool.fault = None

    def _let_go(self, present: set[Place]) -> None:
        """Close displaced files that hold nothing more, cannot be read, or were only renamed."""
        for spool in list(self._displaced):
            if spool.fault is not None:
                log.error("what the deleted spool %s still held is lost: %s", spool.path, spool.fault)
            renamed = self._places[spool] in present
            if spool.fault is not None or renamed or not holds_something(spool, self._sinks):
                if renamed:
                    spool.empty_log()
                self._displaced.remove(spool)
                self._places.pop(spool)
                self._use_again.pop(spool, None)
                spool.close()

    def _forget(self, path: Path) -> None:
        self._unfinished.pop(path, None)
        self._open_again.pop(path, None)
        self._troubles.pop(path, None)

    def _report(self, path: Path, reason: str, now: float) -> None:
        known = self._troubles.get(path)
        self._troubles[path] = Trouble(reason, now)
        if known is None or known.reason != reason:
            log.warning("the spool %s cannot be used, the others go on: %s", path, reason)


def holds_something(spool: SpoolFile, sinks: Sequence[str]) -> bool:
    try:
        return any(spool.waiting(sink, stream).blocks for sink in sinks for stream in ("events", "rejected"))
    except sqlite3.Error:
        return False


def check(path: Path) -> None:
    """Raises sqlite3.Error unless a worker has finished creating the file; changes nothing in it."""
    if not path.is_file():
        raise sqlite3.DatabaseError("no regular file")  # opening a pipe would wait for ever
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0.1)) as connection:
        for table, expected in EDGE_COLUMNS.items():
            columns = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
            if missing := expected - columns:
                raise sqlite3.DatabaseError(f"no spool file: {table} has no column {', '.join(sorted(missing))}")
