"""What forks and the end of the process mean for clients: a child begins anew, and what waits has a moment to go."""

import atexit
import os
import sys
import threading
import time
import weakref
from typing import Protocol

from game_events.later import importing

EXIT_SECONDS = 2.0
"""How long all clients of a process together may take to send what waits when it ends."""


class Forkable(Protocol):
    """What must not be shared with a forked child."""

    def after_fork(self) -> None:
        """In the child."""


class Exiting(Protocol):
    """What has something to do before the process ends."""

    lock: threading.Lock

    def prepare_exit(self) -> None:
        """At once, before others are waited for."""

    def at_exit(self, seconds: float) -> None:
        """In at most so many seconds."""


_forkable: "weakref.WeakSet[Forkable]" = weakref.WeakSet()
_exiting: dict[int, Exiting] = {}
"""By its id, in the order in which they came; held until then, since an event waits for nobody's reference."""
_held = threading.local()
_is_finalized: list[bool] = []


def watch_forks(one: Forkable) -> None:
    """Tell it of forks for as long as it lives."""
    _forkable.add(one)


def watch_exit(one: Exiting) -> None:
    """Tell it of the process's end, and hold its lock while the process forks."""
    _exiting[id(one)] = one
    if not _is_finalized:
        _is_finalized.append(True)
        for name in ("multiprocessing.util", "billiard.util"):  # their children end without Python's own exit
            if name in sys.modules:
                sys.modules[name].Finalize(None, _at_exit, exitpriority=0)


def unwatch_exit(one: Exiting) -> None:
    """It has nothing left to do."""
    _exiting.pop(id(one), None)


def _at_exit() -> None:
    until = time.monotonic() + EXIT_SECONDS
    exiting = list(_exiting.values())
    for one in exiting:
        one.prepare_exit()
    for one in exiting:
        one.at_exit(max(0.0, until - time.monotonic()))


def _before_fork() -> None:
    importing.acquire()
    # No thread is in the middle of anything then that the child could not do without, SQLite's own locks among it.
    _held.locks = [one.lock for one in list(_exiting.values())]
    for lock in _held.locks:
        lock.acquire()


def _after_in_parent() -> None:
    for lock in _held.locks:
        lock.release()
    importing.release()


def _after_in_child() -> None:
    importing.release()
    _exiting.clear()
    _is_finalized.clear()
    for one in list(_forkable):
        one.after_fork()


atexit.register(_at_exit)
if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(before=_before_fork, after_in_parent=_after_in_parent, after_in_child=_after_in_child)
