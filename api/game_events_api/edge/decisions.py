"""What a body comes to: what is to be stored of it, and what there is to say once it is.

`Decider.verdicts` looks at the events, `Decider.decide` at what is known of their ids and of the key's rate. Between
them other workers may be asked. One event is a batch of one.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import compress
from typing import Any, Literal, cast

import msgspec
from game_events_models.http import FieldError

from game_events_api.admission.admit import BATCH, VALIDATE, Arrival
from game_events_api.admission.rate_limits import RateLimiter
from game_events_api.admission.sharing import Admitted
from game_events_api.contract.decode import decode, refuse_duplicate_keys
from game_events_api.errors import Headers, Problem, RequestRefused
from game_events_api.ingest.dedup import DedupWindow
from game_events_api.ingest.judge import Accepted, Judge, Origin, Rejected, Verdict
from game_events_api.ingest.rejected_quota import RejectedQuota
from game_events_api.spool import Chunk, Entry, Storing, chunks

MAX_BATCH = 500
KEPT = (Problem.MALFORMED_JSON, Problem.INVALID_EVENT, Problem.INVALID_BATCH)
"""Bodies refused for these are kept as rejected events are: they may be a faulty build's."""


class Verdicts(msgspec.Struct, frozen=True, gc=False):
    """What is said of each event of a body, in their order."""

    origin: Origin
    each: Sequence[Verdict]
    rate: Headers = ()
    """The key's, as this worker alone sees it."""
    refused: RequestRefused | None = None
    """Why the body as a whole is no event; it is the one that is rejected then."""

    @property
    def accepted(self) -> list[Accepted]:
        return [verdict for verdict in self.each if isinstance(verdict, Accepted)]


class EventResult(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What became of one event."""

    event_id: str | None
    status: Literal["accepted", "duplicate", "rejected"]
    errors: Sequence[FieldError] = ()


class Decision(msgspec.Struct, frozen=True, gc=False):
    """What is to be stored, and what there is to say once it is."""

    origin: Origin
    results: Sequence[EventResult]
    """In the order of the events; none when the body was refused."""
    refused: RequestRefused | None
    rate: Headers
    fresh: Sequence[str]
    """Ids that are stored by this request."""
    others: Sequence[Storing]
    """Requests that are storing what this one repeats."""
    entry: Entry


class Decider:
    """Contract, rate and window put together; stores nothing and waits for nothing."""

    def __init__(self, limiter: RateLimiter, judge: Judge, window: DedupWindow, quota: RejectedQuota) -> None:
        self._limiter = limiter
        self._judge = judge
        self._window = window
        self._quota = quota

    def verdicts(self, arrival: Arrival, body: bytes) -> Verdicts:
        """On each event of the body; RequestRefused when nothing of it is to be stored."""
        rate: Headers = ()
        try:
            events, colons = _events(arrival.name, body)
            rate = self._limiter.admit(arrival.key.key_id, len(events))
            origin, each = self._judge.judge(arrival, events)
            for verdict in each:
                colons += verdict.colons
            refuse_duplicate_keys(body, colons)
        except RequestRefused as refused:
            if refused.problem not in KEPT:
                raise
            if not rate:  # a body that is no event takes a token too, or it could be sent without end
                self._limiter.admit(arrival.key.key_id, 1)
            if arrival.name == VALIDATE:
                raise
            reasons = refused.errors or [
                FieldError(pointer="", rule=refused.problem.slug, message=refused.detail[:1024])
            ]
            return Verdicts(*self._judge.reject(arrival, body, reasons), refused=refused)
        return Verdicts(origin, each, rate)

    def decide(self, verdicts: Verdicts, shared: Admitted | None = None) -> Decision:
        """By what the workers that share Redis know, or by what this one knows; RequestRefused 429 by theirs."""
        rate: Headers = verdicts.rate
        stored_elsewhere: Collection[str] = ()
        if shared is not None:
            rate, stored_elsewhere = self._limiter.within(shared.wait, shared.rate_limit), shared.stored
        origin = verdicts.origin
        rejected = [verdict for verdict in verdicts.each if isinstance(verdict, Rejected)]
        accepted = verdicts.accepted if rejected else cast("Sequence[Accepted]", verdicts.each)
        ids = [verdict.event_id for verdict in accepted]
        new, others = self._window.look_up(ids, stored_elsewhere)
        room = self._quota.take(origin.arrival.key.key_id, len(rejected)) if rejected else 0
        if rejected or not all(new):
            results = _results(verdicts.each, new) if verdicts.refused is None else []
            again = Counter([verdict.ledger for verdict, is_new in zip(accepted, new, strict=True) if not is_new])
            accepted = list(compress(accepted, new))
            ids = [verdict.event_id for verdict in accepted]
            dropped = Counter([verdict.ledger for verdict in rejected[room:]])
            entry = Entry(_chunks(accepted), _chunks(rejected[:room]), again, dropped)
        else:  # as nearly always
            results = [EventResult(event_id, "accepted") for event_id in ids]
            entry = Entry(_chunks(accepted))
        return Decision(origin, results, verdicts.refused, rate, ids, others, entry)


def _events(name: str, body: bytes) -> tuple[list[dict[str, Any]], int]:
    """The events of a body, and how many colons stand around them; RequestRefused 400 or 422 when it is none."""
    document = decode(body)
    if name != BATCH:
        if isinstance(document, dict):
            return [document], 0
        raise _refused(Problem.INVALID_EVENT, "", "type", "an event is a JSON object")
    if not isinstance(document, dict) or "events" not in document:
        raise _refused(Problem.INVALID_BATCH, "", "required", 'a batch is an object {"events": [...]}')
    if len(document) > 1:
        message = "a batch has 'events' and nothing else"
        raise _refused(Problem.INVALID_BATCH, "", "additionalProperties", message)
    events = document["events"]
    if not isinstance(events, list):
        raise _refused(Problem.INVALID_BATCH, "/events", "type", "events is an array")
    if not 1 <= len(events) <= MAX_BATCH:
        message = f"a batch holds 1 to {MAX_BATCH} events, this one {len(events)}"
        raise _refused(Problem.INVALID_BATCH, "/events", "minItems" if not events else "maxItems", message)
    for index, event in enumerate(events):
        if not isinstance(event, dict):
            raise _refused(Problem.INVALID_BATCH, f"/events/{index}", "type", "an event is a JSON object")
    return events, 1  # the one after "events"


def _refused(problem: Problem, pointer: str, rule: str, message: str) -> RequestRefused:
    return RequestRefused(problem, message, errors=[FieldError(pointer=pointer, rule=rule, message=message)])


def _chunks(verdicts: Sequence[Verdict]) -> list[Chunk]:
    return chunks([verdict.line for verdict in verdicts], [verdict.ledger for verdict in verdicts])


def _results(verdicts: Sequence[Verdict], new: Sequence[bool]) -> list[EventResult]:
    """`new` says of each accepted one whether its id is."""
    is_new = iter(new)
    return [
        EventResult(verdict.event_id, "rejected", verdict.errors)
        if isinstance(verdict, Rejected)
        else EventResult(verdict.event_id, "accepted" if next(is_new) else "duplicate")
        for verdict in verdicts
    ]
