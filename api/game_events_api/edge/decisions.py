"""What a body comes to: what is to be stored of it, and what there is to say once it is.

`Decider.verdicts` looks at the events, `Decider.decide` at what is known of their ids and of the key's rate. Between
them other workers may be asked. One event is a batch of one.
"""

from collections import Counter
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from itertools import compress
from operator import not_
from typing import Literal, cast

import msgspec
from game_events_models.http import FieldError

from game_events_api.admission.admit import BATCH, PAID_EVENTS, VALIDATE, Arrival
from game_events_api.admission.rate_limits import RateLimiter
from game_events_api.admission.sharing import Admitted
from game_events_api.contract import body_events
from game_events_api.errors import Headers, Problem, RequestRefused
from game_events_api.ingest.dedup import DedupWindow
from game_events_api.ingest.judge import Accepted, Judge, Origin, Rejected, Verdict
from game_events_api.ingest.rejected_quota import RejectedQuota
from game_events_api.spool import Chunk, Entry, Storing, chunks

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

    def with_accepted(self, accepted: Sequence[Accepted]) -> "Verdicts":
        """The same with these in place of the accepted ones, in their order."""
        taken = iter(accepted)
        each = [next(taken) if isinstance(verdict, Accepted) else verdict for verdict in self.each]
        return msgspec.structs.replace(self, each=each)


class Outcome(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What became of one event, spelled as an `EventResult` of the contract."""

    event_id: str | None
    status: Literal["accepted", "duplicate", "rejected"]
    errors: Sequence[FieldError] = ()


class Decision(msgspec.Struct, frozen=True, gc=False):
    """What is to be stored, and what there is to say once it is."""

    origin: Origin
    results: Sequence[Outcome]
    """In the order of the events; none when the body was refused."""
    rejected: Sequence[Rejected]
    refused: RequestRefused | None
    rate: Headers
    fresh: Mapping[str, bytes]
    """Of the events that this request stores, as the window names them."""
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

    @property
    def event_types(self) -> Iterable[str]:
        return self._judge.event_types

    def verdicts(self, arrival: Arrival, body: bytes) -> Generator[None, None, Verdicts]:
        """On each event of the body; RequestRefused when nothing of it is to be stored. Each step is short."""
        rate = arrival.rate
        largest = self._judge.max_event_bytes
        try:
            if arrival.name == BATCH:
                events = yield from body_events.batch(body, largest)
            else:
                events = body_events.single(body, largest)
            if len(events) > PAID_EVENTS:
                rate = self._limiter.admit(arrival.key.key_id, len(events), paid=PAID_EVENTS)
            origin, each = yield from self._judge.judge(arrival, events)
        except RequestRefused as refused:
            if refused.problem not in KEPT:
                raise
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
        stored: Collection[str] = ()
        reused: Collection[str] = ()
        if shared is not None:
            rate = self._limiter.within(shared.wait, shared.rate_limit)
            stored, reused = shared.stored, shared.reused
        origin = verdicts.origin
        rejected = [verdict for verdict in verdicts.each if isinstance(verdict, Rejected)]
        accepted = verdicts.accepted if rejected else cast("Sequence[Accepted]", verdicts.each)
        seen = self._window.look_up(accepted, stored, reused)
        room = self._quota.take(origin.arrival.key.key_id, len(rejected)) if rejected else 0
        if rejected or seen.reused or not all(seen.new):
            results = _results(verdicts.each, seen.new) if verdicts.refused is None else []
            counts = [verdict.ledger for verdict in accepted]
            entry = Entry(
                _chunks(list(compress(accepted, seen.new))),
                _chunks(rejected[:room]),
                duplicates=Counter(compress(counts, map(not_, seen.new))),
                reused_ids=Counter(compress(counts, seen.reused)),
                dropped=Counter([verdict.ledger for verdict in rejected[room:]]),
            )
        else:  # as nearly always
            results = [Outcome(verdict.event_id, "accepted") for verdict in accepted]
            entry = Entry(_chunks(accepted))
        return Decision(origin, results, rejected, verdicts.refused, rate, seen.fresh, seen.others, entry)


def _chunks(verdicts: Sequence[Verdict]) -> list[Chunk]:
    return chunks([verdict.line for verdict in verdicts], [verdict.ledger for verdict in verdicts])


def _results(verdicts: Sequence[Verdict], new: Sequence[bool]) -> list[Outcome]:
    """`new` says of each accepted one whether its id is."""
    is_new = iter(new)
    return [
        Outcome(verdict.event_id, "rejected", verdict.errors)
        if isinstance(verdict, Rejected)
        else Outcome(verdict.event_id, "accepted" if next(is_new) else "duplicate")
        for verdict in verdicts
    ]
