"""The event paths: admission → contract → ingest → spool, in that order, answered 202 only after the commit.

`begin` looks at the headers, `take` at the body; neither waits for anything. The reply comes from the spool's call when
the disk has the events; when nothing is to be stored, at once or after the last portion of a long body. `exchange.py`
drives both straight from the connection, `asgi.py` for requests that come another way.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from time import perf_counter

from game_events_api.admission import body as bodies
from game_events_api.admission.admit import BATCH, VALIDATE, Admission, Arrival, correlation_id_of
from game_events_api.admission.budget import EXEMPT_BYTES, ByteBudget
from game_events_api.admission.shares import Shares
from game_events_api.admission.sharing import Admitted, SharedState
from game_events_api.edge import answers
from game_events_api.edge.answers import Answer
from game_events_api.edge.decisions import Decider, Decision, Verdicts
from game_events_api.edge.long_work import LongWork, Work, at_once
from game_events_api.edge.refusal_log import RefusalLog
from game_events_api.errors import Problem, RequestRefused, SpoolUnavailable
from game_events_api.hooks import Hooks
from game_events_api.ingest.dedup import DedupWindow
from game_events_api.ingest.judge import Accepted, Rejected
from game_events_api.metrics import Metrics
from game_events_api.metrics.definitions import REFUSALS, REQUEST_SECONDS, REQUESTS, RULES
from game_events_api.spool import Spool

log = logging.getLogger(__name__)
PREFIX = "/v1/events/"
SHORT_BYTES = 4 * 1024
"""Of a body that is judged as soon as it is there: within a millisecond or two, whatever it is."""
Reply = Callable[[Answer], None]


class Collector:
    """Serves `POST /v1/events/<type>`, `/v1/events/batch` and `/v1/validate`."""

    def __init__(
        self,
        *,
        admission: Admission,
        budget: ByteBudget,
        decider: Decider,
        window: DedupWindow,
        spool: Spool,
        metrics: Metrics,
        shared: SharedState | None = None,
        hooks: Hooks | None = None,
    ) -> None:
        self.paths: Mapping[str, str] = {PREFIX + name: name for name in (*decider.event_types, BATCH)} | {
            "/v1/validate": VALIDATE
        }
        self.limits = admission.limits
        self.unheld_bytes = min(EXEMPT_BYTES, self.limits.body_bytes)
        """Bodies of this size need no `hold`."""
        self.admission = admission
        self._budget = budget
        self._decider = decider
        self._window = window
        self._spool = spool
        self._metrics = metrics
        self._refusals = RefusalLog(metrics)
        self._shared = shared
        self._hooks = hooks
        self._long_work = LongWork()
        self._judged = Shares(self.limits.requests_in_flight)

    def begin(self, name: str, method: bytes, headers: Mapping[bytes, bytes], sender: bytes | None) -> Arrival | Answer:
        """Let a request in by its headers, or answer it. After an Arrival `take`, `refuse` or `abandon` must follow.

        `sender` is its address's name, if it has one.
        """
        try:
            self.admission.addresses.charge(sender)
            if method != b"POST":
                if (preflight := self.admission.cors.preflight(method, headers)) is not None:
                    return self._finished(name, Answer(204, b"", correlation_id_of(headers), preflight))
                raise RequestRefused(Problem.METHOD_NOT_ALLOWED, "events are sent with POST")
            if self._spool.full:
                raise SpoolUnavailable("the spool is full")
            return self.admission.admit(name, headers, sender)
        except Exception as error:
            return self._finished(name, _answer_to(error, correlation_id_of(headers)))

    def hold(self, arrival: Arrival, size: int) -> None:
        """So many bytes of its body are here. RequestRefused 503 when all bodies together are too many."""
        self._budget.hold(arrival, size)

    def refuse(self, arrival: Arrival, refused: RequestRefused) -> Answer:
        """The answer to a request whose body cannot be taken."""
        self._release(arrival)
        return self._finished(arrival.name, answers.problem(refused, arrival.correlation_id), arrival.key_id)

    def abandon(self, arrival: Arrival) -> None:
        """The sender hung up before its body was complete; there is nobody to answer."""
        self._release(arrival)

    def take(self, arrival: Arrival, body: bytes, reply: Reply) -> None:
        """Judge a body, store what is to be stored, then reply, once. A body that may take long is done in portions."""
        if not self._judged.take(arrival.key_id):  # counted now that the body is there: to wait for one costs nobody
            reply(self.refuse(arrival, RequestRefused(Problem.UNAVAILABLE, "too many requests at once")))
            return
        taking = self._taking(arrival, body, reply)
        if len(body) > SHORT_BYTES or arrival.gzipped:
            self._long_work.add(arrival.key_id, taking)
        else:
            at_once(taking)

    def _taking(self, arrival: Arrival, body: bytes, reply: Reply) -> Work:
        try:
            if arrival.gzipped:
                hold = partial(self.hold, arrival)
                body = yield from bodies.decompress(body, self.limits.decompressed_bytes, hold)
            verdicts = yield from self._decider.verdicts(arrival, body)
            if arrival.name == VALIDATE:
                (verdict,) = verdicts.each
                self._reply(arrival, reply, answers.validation(verdict, arrival.correlation_id, verdicts.rate))
            elif self._hooks is None or verdicts.refused is not None:
                self._compare(verdicts, reply)
            else:
                self._hooks.enrich(verdicts.accepted, partial(self._enriched, verdicts, reply))
        except Exception as error:
            self._reply(arrival, reply, _answer_to(error, arrival.correlation_id))

    def _enriched(self, verdicts: Verdicts, reply: Reply, accepted: Sequence[Accepted]) -> None:
        """The hooks' word on a request, or what there was of it in time."""
        try:
            self._compare(verdicts.with_accepted(accepted), reply)
        except Exception as error:
            arrival = verdicts.origin.arrival
            self._reply(arrival, reply, _answer_to(error, arrival.correlation_id))

    def _compare(self, verdicts: Verdicts, reply: Reply) -> None:
        """With what other workers know, where they share it."""
        if self._shared is None or verdicts.refused is not None:
            self._store(verdicts, reply)
            return
        heard = partial(self._heard, verdicts, reply)
        events = [(verdict.named, verdict.fingerprint) for verdict in verdicts.accepted]
        self._shared.admit(verdicts.origin.arrival.key.key_id, len(verdicts.each), events, heard)

    def _heard(self, verdicts: Verdicts, reply: Reply, admitted: Admitted | None) -> None:
        """Redis's word on a request, or None: then this worker's own stands."""
        try:
            self._store(verdicts, reply, admitted)
        except Exception as error:
            arrival = verdicts.origin.arrival
            self._reply(arrival, reply, _answer_to(error, arrival.correlation_id))

    def _store(self, verdicts: Verdicts, reply: Reply, admitted: Admitted | None = None) -> None:
        decision = self._decider.decide(verdicts, admitted)
        storing = self._spool.append(decision.entry, partial(self._stored, decision, reply))
        self._window.begin(decision.fresh, storing)

    def _stored(self, decision: Decision, reply: Reply, error: SpoolUnavailable | None) -> None:
        """The spool's word on an entry."""
        arrival = decision.origin.arrival
        self._window.end(decision.fresh, stored=error is None)
        try:
            if error is not None:
                raise error
            if self._hooks is not None:
                self._hooks.tell(decision.entry.events)
            # What another request was storing is a duplicate only when that one is on disk; it came before ours.
            for other in decision.others:
                if not other.stored:
                    why = "an event was being stored by another request, which failed; send them all again"
                    raise RequestRefused(Problem.UNAVAILABLE, why)
            answer = answers.stored(decision)
            for verdict in decision.rejected:
                self._rejected(verdict, arrival)
        except Exception as failure:
            self._reply(arrival, reply, _answer_to(failure, arrival.correlation_id))
            return
        if self._shared is not None and decision.fresh:
            self._shared.remember(decision.fresh, partial(self._reply, arrival, reply, answer))
        else:
            self._reply(arrival, reply, answer)

    def _reply(self, arrival: Arrival, reply: Reply, answer: Answer) -> None:
        self._release(arrival)
        self._judged.give_back(arrival.key_id)
        if answer.problem is None:
            kind = arrival.name if arrival.name in (BATCH, VALIDATE) else "event"
            self._metrics.observe(REQUEST_SECONDS, kind, perf_counter() - arrival.began)
        reply(self._finished(arrival.name, answer, arrival.key_id))

    def _release(self, arrival: Arrival) -> None:
        if arrival.held_bytes:
            self._budget.release(arrival)

    def _rejected(self, verdict: Rejected, arrival: Arrival) -> None:
        """An event that breaks its contract is nothing to hide, whatever became of the request that brought it."""
        rule, event_type = verdict.errors[0].rule, verdict.ledger.event_type
        self._metrics.counts[RULES, event_type, rule] += 1
        self._refusals.refused(rule, arrival.key_id, arrival.correlation_id, event_type=event_type)

    def _finished(self, name: str, answer: Answer, key_id: str = "") -> Answer:
        self._metrics.counts[REQUESTS, name, answer.status] += 1
        if (problem := answer.problem) is not None:
            self._metrics.counts[REFUSALS, problem.slug] += 1
            if problem is not Problem.INVALID_EVENT:  # which was told with the rule it breaks
                self._refusals.refused(problem.slug, key_id, answer.correlation_id, status=answer.status)
        return answer


def _answer_to(error: Exception, correlation_id: str) -> Answer:
    if isinstance(error, RequestRefused):
        return answers.problem(error, correlation_id)
    if isinstance(error, SpoolUnavailable):
        return answers.unavailable(f"{error}; nothing was stored", correlation_id)
    # A defect of ours must not look like a defect of the sender's, nor like a loss: it may be sent again.
    log.error("unexpected error", extra={"correlation_id": correlation_id}, exc_info=error)
    return answers.unavailable("an unexpected error", correlation_id)
