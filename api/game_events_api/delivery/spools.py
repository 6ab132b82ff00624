"""Every spool file under a data directory, those of dead workers too; each stands by itself.

A file that cannot be used is set aside for a while, the others go on. A file that is deleted or replaced stays open
until what it holds is delivered, and what stands at its path now is opened beside it.
"""

import logging
import os
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from game_events_api.delivery.clock import Clock
from game_events_api.delivery.salvaging import Salvaging
from game_events_api.delivery.sink import describe
from game_events_api.spool import damaged
from game_events_api.spool.ddl import require_spool
from game_events_api.spool.faults import SpoolDamaged, is_damage
from game_events_api.spool.mark import is_marked, require_marked
from game_events_api.spool.place import Place
from game_events_api.spool.spool_file import SpoolFile
from game_events_api.spool.wal import read_log

log = logging.getLogger(__name__)

CREATION_SECONDS = 2.0
"""How long a new file may be unfinished before that is worth a warning: its worker is creating it."""
RETRY_SECONDS = 5.0
SETTLE_SECONDS = 2.0
"""How long a file's worker may need to bring the log of one that was moved into it: until then it is in two places."""
LAST_TRIES_SECONDS = 15.0
"""How long after that a displaced file that fails is tried again: a worker that leaves it may hold its lock."""
CHECK_SECONDS = 300.0
"""How often a file's books are looked at: whether SQLite still finds what it was given."""
CALM_SECONDS = 15.0
"""So long without another failure, and a file counts as usable again."""

NOWHERE: Place = (0, 0)
OpenFile = Callable[[Path, Sequence[str], Callable[[], float]], SpoolFile]
State = Literal["settling", "unfinished", "unusable", "open", "set aside", "displaced", "left"]


@dataclass
class Trouble:
    reason: str
    latest: float  # monotonic seconds


@dataclass(eq=False)
class Slot:
    """One path in `spool/`, and what delivery makes of the file there.

    settling → unfinished → unusable → open ⇄ set aside → displaced → left

    `unfinished` is tried to open each time, `settling` and `unusable` from `until` on. `set aside` is an open file that
    a sink failed with: used again from `until` on. `displaced` is an open file that is at its path no longer; its
    path has another slot. `left` is closed, and no file at its place is opened before `until`.
    """

    path: Path
    state: State
    until: float
    spool: SpoolFile | None = None
    place: Place = NOWHERE
    trouble: Trouble | None = None
    waiting: int | None = None
    """Blocks, when it could last be read; None when it never could."""
    check_at: float = 0.0

    def complain(self, reason: str, now: float) -> None:
        if self.trouble is None or self.trouble.reason != reason:
            log.warning("the spool %s cannot be used, the others go on: %s", self.path, reason)
        self.trouble = Trouble(reason, now)

    def opened(self, spool: SpoolFile, place: Place) -> None:
        self.state, self.spool, self.place = "open", spool, place

    def not_opened(self, reason: str, now: float) -> None:
        if self.state == "settling":
            self.state, self.until = "unfinished", now + CREATION_SECONDS
        if now >= self.until:
            self.complain(reason, now)
            self.state, self.until = "unusable", now + RETRY_SECONDS

    def revisit(self, now: float) -> None:
        """Set an open file aside when a sink failed with it, and give it back when it is time for another try."""
        assert self.spool is not None
        if self.state == "open" and self.spool.fault is not None:
            self.complain(self.spool.fault, now)
            self.state, self.until = "set aside", now + RETRY_SECONDS
        elif self.state == "set aside" and now >= self.until:
            self.spool.fault = None
            self.state = "open"
        if self.trouble is not None and now - self.trouble.latest > CALM_SECONDS:
            log.info("the spool %s can be used again", self.path)
            self.trouble = None

    def tried_again(self, now: float) -> bool:
        """Whether a displaced file that a sink failed with is kept; its fault is taken back now and then."""
        assert self.spool is not None
        if now >= self.until + LAST_TRIES_SECONDS:
            return False
        if self.trouble is None:
            self.complain(str(self.spool.fault), now)
        elif now - self.trouble.latest >= RETRY_SECONDS:
            self.spool.fault = self.trouble = None
        return True

    def may_be_opened(self, now: float) -> bool:
        return self.spool is None and (self.state == "unfinished" or now >= self.until)


class Spools:
    def __init__(
        self,
        directory: Path,
        sinks: Sequence[str],
        clock: Clock,
        open_file: OpenFile = SpoolFile,
        salvaging: Salvaging | None = None,
    ) -> None:
        self._directory = directory
        self._sinks = tuple(sinks)
        self._clock = clock
        self._open_file = open_file
        self._salvaging = salvaging or Salvaging(directory, clock)
        self._slots: dict[Path, Slot] = {}
        self._former: list[Slot] = []

    def refresh(self) -> list[SpoolFile]:
        """Those that can be used now."""
        now = self._clock.monotonic()
        present = self._present(now)
        for slot in list(self._slots.values()):
            self._follow(slot, present.get(slot.path), now)
        self._let_go(set(present.values()), now)
        self._set_damaged_aside(now)
        self._salvaging.step()
        unsettled = {slot.place for slot in self._former if now < slot.until}
        for path, place in present.items():
            slot = self._slots.setdefault(path, Slot(path, "settling", now))
            if slot.may_be_opened(now) and place not in unsettled:
                self._try_to_open(slot, place, now)
        for slot in self._slots.values():
            if slot.spool is not None:
                slot.revisit(now)
        return [spool for spool in self.all if spool.fault is None]

    @property
    def all(self) -> list[SpoolFile]:
        """The open ones, those that are set aside too."""
        return [slot.spool for slot in [*self._slots.values(), *self._former] if slot.spool is not None]

    def waiting(self, *, ask_all: bool = True) -> int:
        """Blocks that wait, as far as they can be read.

        Without `ask_all` a file that is set aside is not asked, which may take seconds: what it held last counts.
        """
        total = 0
        for slot in [*self._slots.values(), *self._former]:
            if slot.spool is not None and (ask_all or slot.spool.fault is None):
                try:
                    slot.waiting = slot.spool.waiting_blocks()
                except sqlite3.Error as error:
                    slot.spool.fail(error)
            total += slot.waiting or 0
        return total

    @property
    def unread(self) -> bool:
        """Whether there is a file of which nobody knows what waits in it."""
        return any(slot.waiting is None for slot in self._slots.values())

    def report(self) -> tuple[int, dict[str, str]]:
        """For the status file: blocks that wait, and the name of each file that cannot be used with what is wrong."""
        troubles = {slot.path.name: slot.trouble.reason for slot in self._slots.values() if slot.trouble is not None}
        return self.waiting(ask_all=False), troubles

    def close(self) -> None:
        for spool in self.all:
            spool.close()
        self._slots.clear()
        self._former.clear()

    def _present(self, now: float) -> dict[Path, Place]:
        present: dict[Path, Place] = {}
        for path in sorted(self._directory.glob("*.db")):
            try:
                status = os.stat(path)
            except FileNotFoundError:
                continue
            except OSError as error:
                present[path] = NOWHERE
                slot = self._slots.get(path)
                if slot is not None and slot.spool is not None:  # no reason to believe that it is another file
                    present[path] = slot.place
                    slot.complain(describe(error), now)
                continue
            present[path] = (status.st_dev, status.st_ino)
        return present

    def _follow(self, slot: Slot, place: Place | None, now: float) -> None:
        """Forget a path that is gone, and see whether an open file is still at its path."""
        if slot.spool is not None and place != slot.place and slot.place in damaged.places(self._directory):
            slot.spool.close()  # what it holds is salvaged
            slot.spool, slot.state, slot.until = None, "settling", now
        elif slot.spool is not None and place != slot.place:
            log.warning(
                "the spool %s was deleted or replaced; what it still holds is delivered if it can be", slot.path
            )
            slot.state, slot.until = "displaced", now + SETTLE_SECONDS
            self._former.append(slot)
            self._slots[slot.path] = Slot(slot.path, "settling", slot.until)
        if place is None:
            del self._slots[slot.path]

    def _let_go(self, present: set[Place], now: float) -> None:
        """Close displaced files that hold nothing more, cannot be read, or were only renamed."""
        for slot in list(self._former):
            if slot.spool is not None:
                spool = slot.spool
                if slot.place in present:
                    spool.empty_log()
                elif spool.fault is None:
                    if self._holds_something(spool):
                        continue
                elif slot.tried_again(now):
                    continue
                else:
                    log.error("what the deleted spool %s still held is lost: %s", spool.path, spool.fault)
                spool.close()
                slot.state, slot.spool, slot.waiting = "left", None, 0
            if now >= slot.until:
                self._former.remove(slot)

    def _try_to_open(self, slot: Slot, place: Place, now: float) -> None:
        data = b""
        try:
            data, fault = read_log(slot.path, marked=is_marked(slot.path))  # before SQLite forgets what is behind it
            if fault:
                raise SpoolDamaged(fault)
            require_spool(slot.path)
            spool = self._opened(slot.path, data)
        except (sqlite3.Error, OSError, ValueError, TypeError) as error:
            slot.not_opened(describe(error), now)
            if isinstance(error, SpoolDamaged) or (slot.state == "unusable" and is_damage(error)):
                self._set_aside(slot, describe(error), data)
            return
        if self._present(now).get(slot.path) == place:
            slot.opened(spool, place)
        else:  # replaced while it was being opened
            spool.close()

    def _opened(self, path: Path, log_before: bytes) -> SpoolFile:
        spool = self._open_file(path, self._sinks, self._clock.wall)
        try:
            require_marked(path, spool.last_id, log_before, self._clock.wall())
        except BaseException:
            spool.close()
            raise
        return spool

    @staticmethod
    def _holds_something(spool: SpoolFile) -> bool:
        try:
            return spool.waiting_blocks() > 0
        except sqlite3.Error as error:
            spool.fail(error)
            return True  # for all that is known

    def _set_damaged_aside(self, now: float) -> None:
        """Its worker finds it gone and begins another; what it holds is salvaged."""
        for slot in list(self._slots.values()):
            if slot.spool is None:
                continue
            if slot.spool.fault is None and now >= slot.check_at:
                slot.check_at = now + CHECK_SECONDS
                self._check(slot.spool)
            if slot.spool.damaged:
                slot.spool.close()
                self._set_aside(slot, str(slot.spool.fault))

    def _check(self, spool: SpoolFile) -> None:
        try:
            if (missing := spool.missing()) > 0:
                spool.fail(SpoolDamaged(f"it counts {missing} events more than are in it or gone"))
        except sqlite3.Error as error:
            spool.fail(error)

    def _set_aside(self, slot: Slot, reason: str, log_before: bytes = b"") -> None:
        try:
            note = damaged.set_aside(slot.path, reason, self._clock.wall(), log_before or None)
        except OSError as error:
            slot.complain(f"{reason}; and it cannot be set aside: {error}", self._clock.monotonic())
            return
        log.error("the spool file %s is damaged and set aside as %s: %s", slot.path, note.file, reason)
        del self._slots[slot.path]
