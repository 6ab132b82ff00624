"""What a body comes to: what is to be stored of it, and what is to be answered once it is."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
from game_events_models.http import FieldError

from game_events_api import rfc3339
from game_events_api.admission.admit import Admission, Arrival
from game_events_api.contract.decode import decode, refuse_duplicate_keys
from game_events_api.edge import answers
from game_events_api.edge.answers import Answer
from game_events_api.errors import Headers, RequestRefused
from game_events_api.ingest import lines
from game_events_api.ingest.dedup import DedupWindow
from game_events_api.ingest.device_clock import DeviceClock
from game_events_api.ingest.judge import Accepted, Judge, Rejected, Request
from game_events_api.ingest.refusals import Refusals
from game_events_api.ledger_key import LedgerKey
from game_events_api.spool import Entry, Storing, chunks

BATCH = "batch"
VALIDATE = "validate"
MAX_BATCH = 500


class Decision(msgspec.Struct, gc=False):
    """What is to be stored, and what is to be answered once it is."""

    answer: Answer
    entry: Entry
    counts: Mapping[str, int] = {}
    """Events by verdict, for the metrics."""
    fresh: Sequence[str] = ()
    """Ids that are stored by this request."""
    others: Sequence[Storing] = ()
    """Requests that are storing what this one repeats."""


class Question(msgspec.Struct, gc=False):
    """What the workers that share Redis are asked before a decision."""

    events: int
    event_ids: Sequence[str]
    headers: Headers
    """The rate as this worker alone sees it."""
    decide: Callable[[Headers, Collection[str]], Decision]
    """By the shared rate, and the ids that others have stored."""


class Decider:
    """Contract, rate and window put together; stores nothing and waits for nothing."""

    def __init__(
        self, gate: Admission, judge: Judge, window: DedupWindow, refusals: Refusals, ingested_by: str, *, shares: bool
    ) -> None:
        self._admission = gate
        self._judge = judge
        self._window = window
        self._refusals = refusals
        self._ingested_by = ingested_by
        self._shares = shares

    def decide(self, arrival: Arrival, body: bytes) -> Decision | Question | Answer:
        """An Answer where nothing is stored; a Question where other workers have a say. May raise RequestRefused."""
        received_text = rfc3339.text(arrival.received_at)
        request = Request(
            arrival.key,
            DeviceClock.of(arrival.received_at, arrival.sent_at),
            received_text[:13].decode(),
            lines.head(received_text, arrival.correlation_id, arrival.key.key_id, self._ingested_by),
            {},
        )
        try:
            document = decode(body)
            if arrival.name == BATCH:
                return self._batch(document, body, arrival, request, received_text.decode())
            headers = self._admission.take_rate(arrival.key, 1)
            if not isinstance(document, dict):
                reason = FieldError(pointer="", rule="type", message="an event is a JSON object")
                raise RequestRefused(422, "invalid-event", reason.message, errors=[reason])
            if arrival.name == VALIDATE:
                return self._validate(document, body, arrival, request, headers)
            return self._single(document, body, arrival, request, received_text, headers)
        except RequestRefused as refused:
            if arrival.name == VALIDATE or refused.status not in (400, 422):
                raise
            return self._kept(request, body, refused, arrival.correlation_id)

    def _single(
        self,
        document: dict[str, Any],
        body: bytes,
        arrival: Arrival,
        request: Request,
        received_at: bytes,
        headers: Headers,
    ) -> Decision | Question:
        verdict = self._judge.decide(document, request, arrival.name)
        refuse_duplicate_keys(body, verdict.colons)
        if self._shares:
            ids = [verdict.event_id] if isinstance(verdict, Accepted) else []
            return Question(1, ids, headers, partial(self._decide_single, verdict, arrival, received_at))
        return self._decide_single(verdict, arrival, received_at, headers)

    def _decide_single(
        self,
        verdict: Accepted | Rejected,
        arrival: Arrival,
        received_at: bytes,
        headers: Headers,
        stored_elsewhere: Collection[str] = (),
    ) -> Decision:
        correlation_id = arrival.correlation_id
        if isinstance(verdict, Rejected):
            answer = answers.refusal(answers.single_refusal(verdict), correlation_id)
            room = self._refusals.take(arrival.key.key_id, 1)
            return Decision(answer, _entry([], [verdict], {}, room), {"rejected": 1})
        event_id = verdict.event_id
        if verdict.schema.lifecycle.deprecated is not None:
            headers = (*headers, *answers.lifecycle_headers([verdict.schema], arrival.received_at))
        elsewhere = self._window.in_flight(event_id)
        if elsewhere is None and event_id not in self._window and event_id not in stored_elsewhere:
            answer = answers.receipt(event_id, "accepted", received_at, correlation_id, headers)
            return Decision(answer, _entry([verdict], [], {}), {"accepted": 1}, (event_id,))
        answer = answers.receipt(event_id, "duplicate", received_at, correlation_id, headers)
        others = () if elsewhere is None else (elsewhere,)
        return Decision(answer, _entry([], [], {verdict.ledger: 1}), {"duplicate": 1}, (), others)

    def _validate(
        self, document: dict[str, Any], body: bytes, arrival: Arrival, request: Request, headers: Headers
    ) -> Answer:
        """What `_single` would have answered, without storing anything."""
        verdict = self._judge.decide(document, request)
        refuse_duplicate_keys(body, verdict.colons)
        return answers.validation(verdict, arrival.correlation_id, headers)

    def _batch(
        self, document: Any, body: bytes, arrival: Arrival, request: Request, received_at: str
    ) -> Decision | Question:
        events = _batch_events(document)
        headers = self._admission.take_rate(arrival.key, len(events))
        decide = self._judge.decide
        verdicts = [decide(event, request) for event in events]
        # The envelope's own colon is the one after "events".
        refuse_duplicate_keys(body, sum([verdict.colons for verdict in verdicts]) + 1)
        if self._shares:
            ids = [verdict.event_id for verdict in verdicts if isinstance(verdict, Accepted)]
            return Question(len(verdicts), ids, headers, partial(self._decide_batch, verdicts, arrival, received_at))
        return self._decide_batch(verdicts, arrival, received_at, headers)

    def _decide_batch(
        self,
        verdicts: Sequence[Accepted | Rejected],
        arrival: Arrival,
        received_at: str,
        headers: Headers,
        stored_elsewhere: Collection[str] = (),
    ) -> Decision:
        accepted = [verdict for verdict in verdicts if isinstance(verdict, Accepted)]
        rejected = [verdict for verdict in verdicts if isinstance(verdict, Rejected)]
        fresh, duplicates, others = self._without_duplicates(accepted, stored_elsewhere)
        headers = (*headers, *answers.lifecycle_headers({v.schema for v in accepted}, arrival.received_at))
        repeated = {id(verdict) for verdict in duplicates}
        room = self._refusals.take(arrival.key.key_id, len(rejected)) if rejected else 0
        return Decision(
            answers.batch_receipt(verdicts, repeated, received_at, arrival.correlation_id, headers),
            _entry(fresh, rejected, Counter([verdict.ledger for verdict in duplicates]), room),
            {"accepted": len(fresh), "duplicate": len(duplicates), "rejected": len(rejected)},
            [verdict.event_id for verdict in fresh],
            others,
        )

    def _without_duplicates(
        self, accepted: list[Accepted], stored_elsewhere: Collection[str]
    ) -> tuple[Sequence[Accepted], Sequence[Accepted], Sequence[Storing]]:
        """What is new, what repeats something, and the requests that are storing what is repeated."""
        if not stored_elsewhere and self._window.all_new([verdict.event_id for verdict in accepted]):
            return accepted, (), ()
        fresh: list[Accepted] = []
        duplicates: list[Accepted] = []
        others: list[Storing] = []
        seen: set[str] = set()
        for verdict in accepted:
            event_id = verdict.event_id
            elsewhere = self._window.in_flight(event_id)
            if elsewhere is not None:
                others.append(elsewhere)
            repeated = (
                elsewhere is not None or event_id in seen or event_id in self._window or event_id in stored_elsewhere
            )
            (duplicates if repeated else fresh).append(verdict)
            seen.add(event_id)
        return fresh, duplicates, others

    def _kept(self, request: Request, body: bytes, refused: RequestRefused, correlation_id: str) -> Decision:
        """A body that is no event at all is kept with its reason too."""
        answer, ledger = answers.refusal(refused, correlation_id), LedgerKey("", "", "", request.hour)
        if not self._refusals.take(request.key.key_id, 1):
            return Decision(answer, Entry((), dropped={ledger: 1}))
        reasons = refused.errors or [FieldError(pointer="", rule=refused.slug, message=refused.detail[:1024])]
        line = lines.rejected(request.head, request.clock, None, body, reasons)
        return Decision(answer, Entry((), chunks([line], [ledger])))


def _entry(
    accepted: Sequence[Accepted], rejected: Sequence[Rejected], duplicates: Mapping[LedgerKey, int], room: int = 0
) -> Entry:
    """`room` is for how many of the rejected; the others are counted and not kept."""
    kept, dropped = rejected[:room], rejected[room:]
    return Entry(
        chunks([verdict.line for verdict in accepted], [verdict.ledger for verdict in accepted]),
        chunks([verdict.line for verdict in kept], [verdict.ledger for verdict in kept]) if kept else (),
        duplicates,
        Counter([verdict.ledger for verdict in dropped]) if dropped else {},
    )


def _batch_events(document: Any) -> list[dict[str, Any]]:
    """The events of a batch envelope, or RequestRefused 422 saying what is wrong with the envelope."""
    reason = None
    if not isinstance(document, dict) or "events" not in document:
        reason = FieldError(pointer="", rule="required", message='a batch is an object {"events": [...]}')
    elif len(document) > 1:
        reason = FieldError(pointer="", rule="additionalProperties", message="a batch has 'events' and nothing else")
    elif not isinstance(events := document["events"], list):
        reason = FieldError(pointer="/events", rule="type", message="events is an array")
    elif not 1 <= len(events) <= MAX_BATCH:
        rule = "minItems" if not events else "maxItems"
        reason = FieldError(
            pointer="/events", rule=rule, message=f"a batch holds 1 to {MAX_BATCH} events, this one {len(events)}"
        )
    else:
        for index, event in enumerate(events):
            if not isinstance(event, dict):
                reason = FieldError(pointer=f"/events/{index}", rule="type", message="an event is a JSON object")
                break
        else:
            return events
    raise RequestRefused(422, "invalid-batch", reason.message, errors=[reason])
