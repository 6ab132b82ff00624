"""The event paths: admission → contract → ingest → spool, in that order, answered 202 only after the commit.

`begin` looks at the headers, `take` at the body; neither waits for anything. `take` replies at once with a refusal,
or from the spool's call when the disk has the events. `exchange.py` drives both straight from the connection;
`Collector.__call__` does the same as an ASGI application, for requests that come another way.
"""

import asyncio
import re
import time as clock
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from random import Random

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from game_events_api.admission import body as bodies
from game_events_api.admission.admit import Admission, Arrival, Limits
from game_events_api.admission.budget import EXEMPT_BYTES, ByteBudget
from game_events_api.admission.keys import Keyring
from game_events_api.admission.rate_limits import RateLimiter
from game_events_api.admission.sharing import Admitted, SharedState
from game_events_api.edge import answers
from game_events_api.edge.answers import Answer
from game_events_api.edge.decisions import BATCH, VALIDATE, Decider, Decision, Question
from game_events_api.errors import RETRY_SOON, RequestRefused, SpoolUnavailable
from game_events_api.ingest.dedup import DedupWindow
from game_events_api.ingest.judge import Judge
from game_events_api.ingest.refusals import Refusals
from game_events_api.metrics import Metrics
from game_events_api.spool import Spool

log = structlog.get_logger()
PREFIX = "/v1/events/"
CORRELATION_ID = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)
_names = Random()  # names need no secrecy, and uuid4 asks the kernel each time
Reply = Callable[[Answer], None]


class Collector:
    """Serves `POST /v1/events/<type>`, `/v1/events/batch` and `/v1/validate`; as ASGI, anything else goes to `app`."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        event_types: Iterable[str],
        keyring: Keyring,
        limiter: RateLimiter,
        limits: Limits,
        budget: ByteBudget,
        judge: Judge,
        window: DedupWindow,
        spool: Spool,
        metrics: Metrics,
        ingested_by: str,
        rejected_per_minute: int,
        shared: SharedState | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = clock.monotonic,
    ) -> None:
        self._app = app
        self.paths: Mapping[str, str] = {PREFIX + name: name for name in (*event_types, BATCH)} | {
            "/v1/validate": VALIDATE
        }
        self.limits = limits
        self.unheld_bytes = min(EXEMPT_BYTES, limits.body_bytes)
        """Bodies of this size need no `hold`."""
        self._admission = Admission(keyring, limiter, limits, now, monotonic)
        refusals = Refusals(rejected_per_minute, monotonic)
        self._decider = Decider(self._admission, judge, window, refusals, ingested_by, shares=shared is not None)
        self._budget = budget
        self._window = window
        self._spool = spool
        self._metrics = metrics
        self._shared = shared
        self._in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or (name := self.paths.get(scope["path"])) is None:
            await self._app(scope, receive, send)
            return
        arrival = self.begin(name, scope["method"].encode(), dict(scope["headers"]))
        if isinstance(arrival, Answer):
            answer = arrival
        else:
            try:
                body = await bodies.read(receive, self.limits.body_bytes, partial(self.hold, arrival))
            except bodies.Disconnected:
                self.abandon(arrival)
                return
            except RequestRefused as refused:
                answer = self.refuse(arrival, refused)
            else:
                answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
                self.take(arrival, body, answered.set_result)
                answer = await answered
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.fields()})
        await send({"type": "http.response.body", "body": answer.body})

    def begin(self, name: str, method: bytes, headers: Mapping[bytes, bytes]) -> Arrival | Answer:
        """Let a request in by its headers, or answer it. After an Arrival `take`, `refuse` or `abandon` must follow."""
        self._in_flight += 1
        correlation_id = correlation_id_of(headers.get(b"x-correlation-id"))
        try:
            if method != b"POST":
                allow = ((b"allow", b"POST"),)
                raise RequestRefused(405, "method-not-allowed", "events are sent with POST", headers=allow)
            if self._in_flight > self.limits.requests_in_flight:
                raise RequestRefused(503, "unavailable", "too many requests at once", headers=RETRY_SOON)
            if self._spool.full:
                raise SpoolUnavailable("the spool is full")
            return self._admission.admit(name, headers, correlation_id)
        except Exception as error:
            return self._finished(self._answer_to(error, correlation_id))

    def take(self, arrival: Arrival, body: bytes, reply: Reply) -> None:
        """Judge a body, store what is to be stored, then reply, once."""
        try:
            if arrival.gzipped:
                body = bodies.decompress(body, self.limits.decompressed_bytes)
                self.hold(arrival, len(body))
            decision = self._decider.decide(arrival, body)
            if isinstance(decision, Answer):
                self._reply_unstored(arrival, reply, decision)
            elif isinstance(decision, Decision):
                self._store(arrival, decision, reply)
            elif self._shared is not None:
                heard = partial(self._heard, arrival, decision, reply)
                self._shared.admit(arrival.key.key_id, decision.events, decision.event_ids, heard)
        except Exception as error:
            self._reply_unstored(arrival, reply, self._answer_to(error, arrival.correlation_id))

    def _heard(self, arrival: Arrival, question: Question, reply: Reply, admitted: Admitted | None) -> None:
        """Redis's word on a request, or None: then this worker's own stands."""
        try:
            if admitted is None:
                decision = question.decide(question.headers, ())
            else:
                decision = question.decide(
                    self._admission.within_rate(admitted.wait, admitted.rate_limit), admitted.stored
                )
            self._store(arrival, decision, reply)
        except Exception as error:
            self._reply_unstored(arrival, reply, self._answer_to(error, arrival.correlation_id))

    def _store(self, arrival: Arrival, decision: Decision, reply: Reply) -> None:
        storing = self._spool.append(decision.entry, partial(self._stored, arrival, decision, reply))
        self._window.begin(decision.fresh, storing)

    def _reply_unstored(self, arrival: Arrival, reply: Reply, answer: Answer) -> None:
        self._budget.release(arrival)
        reply(self._finished(answer))

    def hold(self, arrival: Arrival, size: int) -> None:
        """So many bytes of its body are here. RequestRefused 503 when all bodies together are too many."""
        self._budget.hold(arrival, size)

    def refuse(self, arrival: Arrival, refused: RequestRefused) -> Answer:
        """The answer to a request whose body cannot be taken."""
        self._budget.release(arrival)
        return self._finished(answers.refusal(refused, arrival.correlation_id))

    def abandon(self, arrival: Arrival) -> None:
        """The sender hung up before its body was complete; there is nobody to answer."""
        self._budget.release(arrival)
        self._in_flight -= 1

    def _finished(self, answer: Answer) -> Answer:
        self._in_flight -= 1
        self._metrics.answered(answer.status)
        if answer.status >= 400:
            log.info("refused", status=answer.status, correlation_id=answer.correlation_id)
        return answer

    def _answer_to(self, error: Exception, correlation_id: str) -> Answer:
        if isinstance(error, RequestRefused):
            return answers.refusal(error, correlation_id)
        if isinstance(error, SpoolUnavailable):
            return answers.unavailable(f"{error}; nothing was stored", correlation_id)
        # A defect of ours must not look like a defect of the sender's, nor like a loss: it may be sent again.
        log.error("unexpected error", correlation_id=correlation_id, exc_info=error)
        return answers.unavailable("an unexpected error", correlation_id)

    def _stored(self, arrival: Arrival, decision: Decision, reply: Reply, error: SpoolUnavailable | None) -> None:
        """The spool's word on an entry."""
        self._budget.release(arrival)
        self._window.end(decision.fresh)
        if error is None:
            self._window.add(decision.fresh)
            # What another request was storing is a duplicate only when that one is on disk; it came before ours.
            if not all(other.stored for other in decision.others):
                error = SpoolUnavailable("the event was being stored by another request, which failed")
        if error is None:
            answer = decision.answer
            for verdict, count in decision.counts.items():
                self._metrics.events(verdict, count)
            if self._shared is not None and decision.fresh:
                self._shared.remember(decision.fresh, lambda: reply(self._finished(answer)))
                return
        else:
            answer = self._answer_to(error, arrival.correlation_id)
        reply(self._finished(answer))


def correlation_id_of(header: bytes | None) -> str:
    """The sender's name for the request when it is well-formed, else one of ours."""
    if header is not None and CORRELATION_ID.fullmatch(given := header.decode("latin-1")):
        return given
    return _names.randbytes(16).hex()
