"""What goes in the background: what is to be sent when, and what became of each event. Pure, as `sending.py` is.

Every event that was put in is, at any moment, waiting, answered or dropped, and counted so.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from game_events import answers
from game_events.answers import Answer
from game_events.encoding import Encoded
from game_events.errors import EventRejectedError, GameEventsError, ServerUnreachableError
from game_events.receipts import EventResult
from game_events.retry import Circuit, RetryPolicy, Uniform, parse_retry_after
from game_events.sending import MAX_BYTES, MAX_EVENTS, Post, Request, Wait, batch_request
from game_events.waiting import Item, Waiting

Reason = Literal["queue-full", "too-large", "expired", "damaged", "hook", "closed", "disabled"]
_PATIENCE = RetryPolicy(cap=30.0)


class Bounds(NamedTuple):
    """How much may wait, and how long an event waits for company."""

    events: int = 100_000
    size: int = 64 * 1024 * 1024
    """Bytes of JSON."""
    age: float = 31 * 86_400.0
    """Seconds; the server refuses what is older."""
    company: int = MAX_EVENTS
    """So many go at once."""
    seconds: float = 1.0
    """After which fewer go too."""


class Dropped(NamedTuple):
    """An event that will not be sent."""

    event_id: str | None
    data: bytes
    """The event as JSON."""
    reason: Reason


@dataclass(frozen=True)
class Stats:
    """What became of the events that a client took in the background, each counted in one place."""

    queued: int = 0
    """Waiting in memory, or under way."""
    spooled: int = 0
    """Waiting on disk, or under way from there."""
    delivered: int = 0
    """Accepted by the server."""
    duplicate: int = 0
    """Accepted by the server before."""
    rejected: int = 0
    """Refused by the server, for reasons that `on_result` and the log say."""
    dropped: dict[str, int] = field(default_factory=dict)
    """Not sent, by reason."""
    adopted: int = 0
    """How many of all these were left on disk by a process that is no more."""
    oldest_seconds: float = 0.0
    """How long the one has waited that waits the longest."""

    @property
    def offered(self) -> int:
        """How many events the client was given, or found on disk."""
        answered = self.delivered + self.duplicate + self.rejected
        return self.queued + self.spooled + answered + sum(self.dropped.values())


class Outbox:
    """Ask `next` what to do, do it, tell `answered` or `unanswered`. `now` is in seconds and never goes back."""

    def __init__(self, waiting: Waiting, bounds: Bounds, circuit: Circuit, timeout: float, uniform: Uniform) -> None:
        """`timeout`: seconds for one attempt."""
        self.is_news = False
        """Whether the last `put` may have changed when the next are to go."""
        self.failure: GameEventsError | None = None
        """Why those that go next did not go before."""
        self._waiting = waiting
        self._bounds = bounds
        self._circuit = circuit
        self._timeout = timeout
        self._uniform = uniform
        self._under_way: Sequence[Item] = ()
        self._request: Request | None = None
        self._together = MAX_EVENTS
        """At most so many go in one request: fewer for a while after the server refused some as a whole."""
        self._attempts = 0
        self._resume_at = 0.0
        self._not_before = 0.0
        """The server's own word, which no haste overrides."""
        self._results = Counter[str]()
        self._dropped = Counter[str]()
        self._adopted = 0

    @property
    def left(self) -> int:
        """How many wait."""
        return self._waiting.queued + self._waiting.spooled

    def put(self, event: Encoded, now: float) -> Dropped | None:
        """None when it waits now."""
        size, left, bounds = len(event.data), self.left, self._bounds
        if size > MAX_BYTES:
            return self.drop(event, "too-large")
        if left >= bounds.events or self._waiting.size + size > bounds.size:
            return self.drop(event, "queue-full")
        self._waiting.append(event, now)
        self.is_news = left == 0 or left == bounds.company - 1
        return None

    def drop(self, event: Encoded | Item, reason: Reason) -> Dropped:
        """An event that is in no line."""
        self._dropped[reason] += 1
        return Dropped(event.event_id, event.data, reason)

    def adopt(self, now: float) -> int:
        """Take in what a process that is no more left on disk; how many events."""
        adopted = self._waiting.adopt(now)
        self._adopted += adopted
        return adopted

    def expire(self, now: float) -> list[Dropped]:
        """Drop what has waited for too long."""
        expired: list[Dropped] = []
        while not self._under_way and (since := self._waiting.oldest()) is not None and now - since > self._bounds.age:
            old = [item for item in self._waiting.first(MAX_EVENTS, MAX_BYTES) if now - item.since > self._bounds.age]
            self._waiting.remove(old)
            expired += [self.drop(item, "expired") for item in old]
        return expired

    def hurry(self, now: float) -> None:
        """Somebody waits for them now: no pause after an attempt that came to nothing, and short ones from here."""
        self._resume_at = now
        self._attempts = 0

    def due_in(self, now: float, *, alone: bool = False) -> float | None:
        """Seconds until the next are to go; None when nothing waits. `alone`: they do not wait for company."""
        if not self.left:
            return None
        at = max(self._not_before, self._resume_at, now if alone else self._company_at(now))
        return max(0.0, at - now)

    def next(self, now: float, *, alone: bool = False) -> Post | Wait | None:
        """None when nothing waits."""
        seconds = self.due_in(now, alone=alone)
        if seconds is None or seconds > 0:
            return None if seconds is None else Wait(seconds)
        if self._request is None:
            self._under_way = self._waiting.first(self._together, MAX_BYTES)
            self._request = batch_request([item.data for item in self._under_way])
        self._attempts += 1
        return Post(self._request, self._timeout)

    def answered(self, answer: Answer, now: float, wall: datetime) -> Sequence[EventResult] | None:
        """What the server said of the first that wait, which are done with. None when the answer is another's: its
        connection may not be used again. `wall` is the time.
        """
        if answer.status == 202:
            results = answers.results_of(answer, [item.event_id for item in self._under_way])
            if results is None:
                self._failed(answers.refused(answer), now, None)
                return None
            self._circuit.heard()
            return self._settled(results)
        self._circuit.unheard(now) if answer.status in (502, 503, 504) else self._circuit.heard()
        refused = answers.refused(answer)
        is_verdict = isinstance(refused, EventRejectedError) and (refused.problem is not None or answer.status == 413)
        if is_verdict and len(self._under_way) == 1:
            return self._settled([answers.rejected(refused, self._under_way[0].event_id)])
        if is_verdict:
            self._together = len(self._under_way) // 2
            self._begin_anew()
        else:
            retry_after = parse_retry_after(answer.headers.get("retry-after"), answer.headers.get("date"), wall)
            self._failed(refused, now, retry_after)
        return ()

    def unanswered(self, error: Exception, server: str, now: float) -> None:
        """No answer came from the server of this name."""
        self._circuit.unheard(now)
        failure = ServerUnreachableError(f"no answer from {server}: {str(error) or type(error).__name__}")
        failure.__cause__ = error
        self._failed(failure, now, None)

    def close(self) -> list[Dropped]:
        """What waits in memory is dropped."""
        self._begin_anew()
        return [self.drop(item, "closed") for item in self._waiting.close()]

    def stats(self, now: float) -> Stats:
        """As it is at this moment."""
        oldest = self._waiting.oldest()
        return Stats(
            queued=self._waiting.queued,
            spooled=self._waiting.spooled,
            delivered=self._results["accepted"],
            duplicate=self._results["duplicate"],
            rejected=self._results["rejected"],
            dropped=dict(self._dropped) | ({"damaged": self._waiting.damaged} if self._waiting.damaged else {}),
            adopted=self._adopted,
            oldest_seconds=0.0 if oldest is None else now - oldest,
        )

    def _company_at(self, now: float) -> float:
        """When those that wait are to go."""
        since = self._waiting.oldest()
        is_enough = self.left >= self._bounds.company or self._waiting.size >= MAX_BYTES
        return now if since is None or is_enough or self._under_way else since + self._bounds.seconds

    def _settled(self, results: Sequence[EventResult]) -> Sequence[EventResult]:
        self._waiting.remove(self._under_way)
        self._results.update(result.status for result in results)
        self._together = min(MAX_EVENTS, 2 * self._together)
        self._begin_anew()
        return results

    def _begin_anew(self) -> None:
        self._under_way, self._request, self._attempts = (), None, 0
        self._resume_at = self._not_before = 0.0
        self.failure = None

    def _failed(self, failure: GameEventsError, now: float, retry_after: float | None) -> None:
        self.failure = failure
        wait = _PATIENCE.wait(self._attempts, float("inf"), retry_after, self._uniform)
        assert wait is not None
        self._resume_at = now + wait
        self._not_before = now + (retry_after or 0.0)
