"""The events of one call on their way. Pure: it says what to do next and is told what came of it.

No thread, socket, clock or random source of its own: the clients' loops bring them, one for threads and one for
asyncio, and tests bring a script.
"""

import gzip
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from game_events_models.http import EventReceipt

from game_events import answers
from game_events.answers import Answer
from game_events.encoding import Encoded
from game_events.errors import Event, GameEventsError, ServerUnreachableError
from game_events.receipts import BatchReceipt, EventResult
from game_events.retry import Circuit, RetryPolicy, Uniform, is_retryable, parse_retry_after

MAX_EVENTS = 500
"""Of one request; the server's limit."""
MAX_BYTES = 1_000_000
"""Of one request's events before they are compressed: below the server's usual limit of what it is after."""
GZIP_FROM_BYTES = 1024


class Request:
    """What every attempt sends. It is written when it is first asked for, by who sends it and holds no lock."""

    def __init__(self, path: str, events: Sequence[bytes], *, alone: bool = False) -> None:
        """`events` are JSON; `alone`: one, and not as a batch."""
        self.path = path
        self._events = events
        self._alone = alone

    @cached_property
    def headers_and_body(self) -> tuple[Mapping[str, str], bytes]:
        body = self._events[0] if self._alone else b'{"events":[%b]}' % b",".join(self._events)
        headers = {"Content-Type": "application/json"}
        if len(body) >= GZIP_FROM_BYTES:
            # Level 1: most of the saving at a fraction of a device's time.
            body, headers["Content-Encoding"] = gzip.compress(body, 1), "gzip"
        return headers, body


class Post(NamedTuple):
    """A request to send now; `seconds` is how long it may take in all."""

    request: Request
    seconds: float

    @property
    def path(self) -> str:
        return self.request.path

    @property
    def headers(self) -> Mapping[str, str]:
        return self.request.headers_and_body[0]

    @property
    def body(self) -> bytes:
        return self.request.headers_and_body[1]


class Wait(NamedTuple):
    """Nothing to do for so long."""

    seconds: float


class Rules(NamedTuple):
    """What every call of a client goes by."""

    policy: RetryPolicy
    circuit: Circuit
    timeout: float
    """Seconds for each request with all its attempts."""
    server: str
    """For messages."""
    uniform: Uniform


class Sending:
    """Ask `next` what to do, do it, tell `answered` or `unanswered`, until `next` says None or raises.

    The events go in requests of at most MAX_EVENTS and MAX_BYTES, one after the other; what the server finds too large
    is halved. An attempt that got no answer, or one that is not for these events, is repeated, with the same bytes.
    """

    def __init__(self, events: Sequence[Encoded], rules: Rules, *, alone: bool = False) -> None:
        """`alone`: one event, on its event type's own path."""
        self.receipt: EventReceipt | None = None
        """Of the event that went alone."""
        self._results: list[EventResult] = []
        self._correlation_ids: list[str] = []
        self._parts = deque([list(events)] if alone else parts(events))
        self._alone = alone
        self._rules = rules
        self._request: Request | None = None
        self._attempts = 0
        self._until = 0.0
        self._resume_at: float | None = None
        self._failure: GameEventsError | None = None
        self._failed_for_good = False

    @property
    def batch_receipt(self) -> BatchReceipt:
        """Of what has been answered so far."""
        return BatchReceipt(tuple(self._results), tuple(self._correlation_ids))

    @property
    def left(self) -> list[Event]:
        """What has no answer yet."""
        return [event.event for part in self._parts for event in part]

    def next(self, now: float) -> Post | Wait | None:
        """None when all is answered; raises the error that ends the call. `now` is in seconds and never goes back."""
        if not self._parts:
            return None
        if self._request is None:
            self._begin(now)
        if self._failed_for_good:
            raise self._given_up()
        if self._resume_at is not None and now < self._resume_at:
            return Wait(self._resume_at - now)
        self._resume_at = None
        assert self._request is not None
        if now >= self._until:
            self._failed_for_good = True
            raise self._given_up()
        self._attempts += 1
        return Post(self._request, min(self._until - now, self._rules.timeout))

    def answered(self, answer: Answer, now: float, wall: datetime) -> bool:
        """Whether the answer is this request's; if not, its connection may not be used again. `wall` is the time."""
        part = self._parts[0]
        if answer.status == 202:
            return self._received(answer, part, now)
        self._rules.circuit.heard() if answer.status not in (502, 503, 504) else self._rules.circuit.unheard(now)
        if answer.status == 413 and len(part) > 1:
            self._parts.popleft()
            middle = len(part) // 2
            self._parts.extendleft((part[middle:], part[:middle]))
            self._request = None
        elif answer.status == 413 and not self._alone:
            self._done([answers.rejected(answers.refused(answer), part[0].event_id)], answer)
        else:
            refused = answers.refused(answer)
            retry_after = parse_retry_after(answer.headers.get("retry-after"), answer.headers.get("date"), wall)
            self._fail(refused, now, retry_after, again=is_retryable(answer.status))
        return True

    def unanswered(self, error: Exception, now: float) -> None:
        """No answer came."""
        self._rules.circuit.unheard(now)
        cause = str(error) or type(error).__name__
        tries = "1 attempt" if self._attempts == 1 else f"{self._attempts} attempts"
        failure = ServerUnreachableError(f"no answer from {self._rules.server} after {tries}: {cause}")
        failure.__cause__ = error
        self._fail(failure, now, None, again=True)

    def _begin(self, now: float) -> None:
        part = self._parts[0]
        if self._alone:
            self._request = Request(f"/v1/events/{part[0].event_type}", [part[0].data], alone=True)
        else:
            self._request = batch_request([event.data for event in part])
        self._attempts = 0
        self._until = now + self._rules.timeout
        away = self._rules.circuit.away_for(now)
        if away is not None:
            message = f"no answer from {self._rules.server} for {away:.0f} s; not tried, until another call hears of it"
            self._failure, self._failed_for_good = ServerUnreachableError(message), True

    def _received(self, answer: Answer, part: Sequence[Encoded], now: float) -> bool:
        if self._alone:
            self.receipt = answers.event_receipt(answer, part[0].event_id)
            results: Sequence[EventResult] | None = None if self.receipt is None else ()
        else:
            results = answers.results_of(answer, [event.event_id for event in part])
        if results is None:
            self._fail(answers.refused(answer), now, None, again=True)
            return False
        self._rules.circuit.heard()
        self._done(results, answer)
        return True

    def _done(self, results: Sequence[EventResult], answer: Answer) -> None:
        self._parts.popleft()
        self._request = self._failure = None
        self._results += results
        if answer.correlation_id:
            self._correlation_ids.append(answer.correlation_id)

    def _fail(self, failure: GameEventsError, now: float, retry_after: float | None, *, again: bool) -> None:
        self._failure = failure
        left, policy = self._until - now, self._rules.policy
        wait = policy.wait(self._attempts, left, retry_after, self._rules.uniform) if again else None
        if wait is None:
            self._failed_for_good = True
        else:
            self._resume_at = now + wait

    def _given_up(self) -> GameEventsError:
        failure = self._failure
        assert failure is not None
        failure.events = self.left
        if self._results:
            failure.receipt = self.batch_receipt
        return failure


def batch_request(events: Sequence[bytes]) -> Request:
    """Of events as JSON."""
    return Request("/v1/events/batch", events)


def parts(events: Sequence[Encoded]) -> list[list[Encoded]]:
    """What goes in one request each."""
    together: list[list[Encoded]] = []
    size = 0
    for event in events:
        size += len(event.data) + 1
        if not together or len(together[-1]) == MAX_EVENTS or size > MAX_BYTES:
            together.append([])
            size = len(event.data) + 1
        together[-1].append(event)
    return together
