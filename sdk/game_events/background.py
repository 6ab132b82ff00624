"""What is enqueued and goes by itself: all of it but how its loop waits, which `threaded.py` and `aio.py` say."""

import logging
import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from game_events import forks
from game_events.answers import Answer
from game_events.calls import Calls
from game_events.encoding import Encoded, encode
from game_events.errors import Event, InvalidEventError
from game_events.outbox import Dropped, Outbox, Stats
from game_events.receipts import EventResult
from game_events.sending import Post, Wait
from game_events.told import Waits
from game_events.waiting import MemoryQueue, Waiting

if TYPE_CHECKING:
    from game_events.disk import DiskQueue

logger = logging.getLogger("game_events")

ADOPT_SECONDS = 30.0
"""How often to look for what other processes left on disk."""
_inherited: list[Outbox | None] = []
"""Of a parent process; held, so that nothing closes them."""
Told = TypeVar("Told", EventResult, Dropped)


class Background(ABC):
    """Of one client. Its methods may be called by any thread; the network is left to the loop of a subclass."""

    _outbox: Outbox | None

    def __init__(self, calls: Calls, waits: Waits, owner: str) -> None:
        """`owner`: whose events these are; ValueError when the spool cannot be used."""
        self.lock = threading.Lock()
        self._calls = calls
        self._waits = waits
        self._owner = owner
        self._is_closed = False
        self._begin()
        if waits.spool is not None:
            try:
                self._outbox = self._new_outbox(self._on_disk())
            except (OSError, sqlite3.Error) as error:
                raise ValueError(f"spool {str(waits.spool)!r} cannot be used: {error}") from error
            forks.watch_exit(self)
        forks.watch_forks(self)

    def put(self, event: Event) -> str:
        """Its event_id. InvalidEventError when it cannot be an event, whatever its schema says."""
        encoded = encode(event, self._calls.pins)
        if encoded.event_id is None:
            raise _nameless(event)
        dropped = None
        hook = self._waits.before_enqueue
        if hook is not None:
            encoded, dropped = self._hooked(hook, event, encoded)
        if dropped is None:
            now = self._calls.clock.monotonic()
            with self.lock:
                outbox = self._outbox or self._open_outbox()
                if self._is_closed or not self._waits.enabled:
                    dropped = outbox.drop(encoded, "closed" if self._is_closed else "disabled")
                else:
                    dropped = outbox.put(encoded, now)
                    if outbox.is_news:
                        self._wake()
        if dropped is not None:
            self._tell_dropped([dropped])
        return encoded.event_id or ""

    def stats(self) -> Stats:
        """At this moment."""
        with self.lock:
            return self._open_outbox().stats(self._calls.clock.monotonic())

    def after_fork(self) -> None:
        """In the child: what waits is the parent's, and goes from there."""
        _inherited.append(self._outbox)  # not closed, which is the parent's to do
        self.lock = threading.Lock()
        self._begin()

    def prepare_exit(self) -> None:
        """What waits goes now."""
        with self.lock:
            if self._outbox is not None:
                self._outbox.hurry(self._calls.clock.monotonic())
                self._is_wanted = True
                self._wake()

    @abstractmethod
    def at_exit(self, seconds: float) -> None:
        """Send what waits, in at most so many seconds, and close."""

    @abstractmethod
    def _wake(self) -> None:
        """The loop is to look again; the lock is held."""

    def _begin(self) -> None:
        self._outbox = None
        self._is_wanted = False
        """Whether somebody waits for all of it, so that it does not wait for company."""
        self._is_away = False
        self._adopt_at = 0.0
        self._said: set[str] = set()
        """What the log has said, which it does not say again."""

    def _open_outbox(self) -> Outbox:
        if self._outbox is None:
            self._outbox = self._new_outbox(self._waiting())
            forks.watch_exit(self)
        return self._outbox

    def _new_outbox(self, waiting: Waiting) -> Outbox:
        rules = self._calls.rules
        return Outbox(waiting, self._waits.bounds, rules.circuit, rules.timeout, rules.uniform)

    def _waiting(self) -> Waiting:
        try:
            return MemoryQueue() if self._waits.spool is None else self._on_disk()
        except (OSError, sqlite3.Error) as error:  # in a child: its parent could
            logger.error("events wait in memory only: spool %s cannot be used: %s", self._waits.spool, error)
            return MemoryQueue()

    def _on_disk(self) -> "DiskQueue":
        from game_events.disk import DiskQueue  # SQLite is loaded where it is asked for

        assert self._waits.spool is not None
        clock = self._calls.clock
        since = clock.wall().timestamp() - clock.monotonic()
        return DiskQueue(self._waits.spool, self._owner, since, full=self._waits.durability == "full")

    def _left(self, outbox: Outbox) -> int:
        """How many wait, those that other processes left on disk among them; the lock is held."""
        if not outbox.left and self._waits.spool is not None:
            outbox.adopt(self._calls.clock.monotonic())
        return outbox.left

    def _still_to_send(self, until: float) -> tuple[int, bool]:
        """How many wait, and whether there is an attempt to be made for them before `until`; the lock is held."""
        if self._outbox is None or self._is_closed:
            return 0, False
        now, left = self._calls.clock.monotonic(), self._left(self._outbox)
        due = self._outbox.due_in(now, alone=True)
        return left, due is not None and due < until - now

    def _step(self) -> tuple[Post | Wait | None, list[Dropped]]:
        """What the loop is to do, and what became too old; the lock is held."""
        outbox, now = self._open_outbox(), self._calls.clock.monotonic()
        if self._waits.spool is not None and now >= self._adopt_at and not outbox.adopt(now):
            self._adopt_at = now + ADOPT_SECONDS
        expired = outbox.expire(now)
        step = outbox.next(now, alone=self._is_wanted)
        if step is None:
            self._is_wanted = False
            if self._waits.spool is not None:
                step = Wait(max(0.0, self._adopt_at - now))
        return step, expired

    def _answered(self, answer: Answer) -> bool:
        """Whether it was an answer to what was sent."""
        clock = self._calls.clock
        with self.lock:
            if self._is_closed or self._outbox is None:
                return True
            outbox = self._outbox
            results = outbox.answered(answer, clock.monotonic(), clock.wall())
        self._log_progress(outbox)
        for result in results or ():
            if result.status == "rejected":
                self._log_rejected(result)
        if self._waits.on_result is not None:
            self._tell(self._waits.on_result, results or ())
        return results is not None

    def _unanswered(self, error: Exception) -> None:
        with self.lock:
            outbox = self._outbox
            if self._is_closed or outbox is None:
                return
            outbox.unanswered(error, str(self._calls.server), self._calls.clock.monotonic())
        self._log_progress(outbox)

    def _close(self) -> int:
        """How many events were left, which the log says."""
        with self.lock:
            outbox = self._outbox
            if self._is_closed or outbox is None:
                self._is_closed = True
                return 0
            self._is_closed = True
            stats, why = outbox.stats(self._calls.clock.monotonic()), outbox.failure
            dropped = outbox.close()
            self._wake()
        forks.unwatch_exit(self)
        if stats.spooled:
            message = "%d events were not sent before the client closed (%s); they stay in %s, for the next one"
            logger.warning(message, stats.spooled, why or "no time", self._waits.spool)
        if dropped:
            message = "%d events are lost: not sent before the client closed (%s); a client with spool=… keeps them"
            logger.error(message, len(dropped), why or "no time")
            self._said.add("closed")
            self._tell_dropped(dropped)
        return stats.queued + stats.spooled

    def _hooked(
        self, hook: Callable[[dict[str, Any]], dict[str, Any] | None], event: Event, encoded: Encoded
    ) -> tuple[Encoded, Dropped | None]:
        given = event.model_dump(mode="json") if isinstance(event, BaseModel) else dict(event)
        try:
            made = hook(given)
            if made is not None:
                made_encoded = encode(made, self._calls.pins)
                if made_encoded.event_id is None:
                    raise _nameless(made)
                return made_encoded, None
        except Exception:
            logger.exception("before_enqueue failed; the event goes as it was")
            return encoded, None
        with self.lock:
            return encoded, self._open_outbox().drop(encoded, "hook")

    def _tell_dropped(self, dropped: Sequence[Dropped]) -> None:
        for reason in {str(one.reason) for one in dropped} - self._said - {"hook", "disabled"}:
            self._said.add(reason)
            logger.error("events are dropped: %s; stats() counts them", reason)
        if self._waits.on_drop is not None:
            self._tell(self._waits.on_drop, dropped)

    @staticmethod
    def _tell(listener: Callable[[Told], object], told: Iterable[Told]) -> None:
        for one in told:
            try:
                listener(one)
            except Exception:
                logger.exception("%s failed", getattr(listener, "__name__", listener))

    def _log_progress(self, outbox: Outbox) -> None:
        """Not under the lock: a fork takes that and logging's own, and a thread with one would wait for the other."""
        is_away = outbox.failure is not None
        if is_away and not self._is_away:
            logger.warning("%s; %d waiting, to be sent when it can be", outbox.failure, outbox.left)
        if self._is_away and not is_away:
            logger.info("events are sent again")
        self._is_away = is_away

    def _log_rejected(self, result: EventResult) -> None:
        why = "; ".join(f"{error.pointer or 'the event'}: {error.message}" for error in result.errors)
        kind = "; ".join(f"{error.pointer} {error.rule}" for error in result.errors)
        if kind not in self._said and len(self._said) < 100:
            self._said.add(kind)
            logger.error("event %s was rejected: %s (said once for each kind)", result.event_id, why)


def _nameless(event: Event) -> InvalidEventError:
    error = InvalidEventError("event_id is missing: what waits is known by it; give a UUID")
    error.events = [event]
    return error
