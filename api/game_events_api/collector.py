"""The event paths: admission → contract → ingest → spool, in that order, answered 202 only after the commit.

`begin` looks at the headers, `take` at the body; neither waits for anything. `take` replies at once with a refusal,
or from the spool's call when the disk has the events. `exchange.py` drives both straight from the connection;
`Collector.__call__` does the same as an ASGI application, for requests that come another way.
"""

import asyncio
import re
import time as clock
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Any

import msgspec
import structlog
from game_events_models.http import FieldError
from starlette.types import ASGIApp, Receive, Scope, Send

from game_events_api import answers
from game_events_api.admission import body as bodies
from game_events_api.admission.budget import ByteBudget
from game_events_api.admission.keys import KeyRecord, Keyring, has_checksum
from game_events_api.admission.rates import RateLimiter
from game_events_api.answers import RETRY_SOON, Answer
from game_events_api.contract.decode import decode, refuse_duplicate_keys
from game_events_api.errors import Headers, RequestRefused, SpoolUnavailable
from game_events_api.ingest import lines, time
from game_events_api.ingest.dedup import DedupWindow
from game_events_api.ingest.judge import Accepted, Judge, Rejected, Request
from game_events_api.metrics import Metrics
from game_events_api.sharing import Admitted, SharedState
from game_events_api.spool import Entry, Key, Spool, Storing, chunks

log = structlog.get_logger()
PREFIX = "/v1/events/"
BATCH = "batch"
VALIDATE = "validate"
MAX_BATCH = 500
CORRELATION_ID = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)
_names = Random()  # names need no secrecy, and uuid4 asks the kernel each time
Reply = Callable[[Answer], None]


class Limits(msgspec.Struct, frozen=True):
    """What requests may cost, in bytes, and how many there may be at once."""

    body_bytes: int
    decompressed_bytes: int
    requests_in_flight: int


class Arrival(msgspec.Struct, frozen=True, eq=False, gc=False):
    """A request that was let in by its headers."""

    name: str
    """An event type, `batch` or `validate`."""
    correlation_id: str
    key: KeyRecord
    received_at: datetime
    sent_at: datetime | None
    gzipped: bool


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
        shared: SharedState | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = clock.monotonic,
    ) -> None:
        self._app = app
        self.paths: Mapping[str, str] = {PREFIX + name: name for name in (*event_types, BATCH)} | {
            "/v1/validate": VALIDATE
        }
        self.limits = limits
        self._keyring = keyring
        self._limiter = limiter
        self._budget = budget
        self._judge = judge
        self._window = window
        self._spool = spool
        self._metrics = metrics
        self._ingested_by = ingested_by
        self._shared = shared
        self._now = now
        self._monotonic = monotonic
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
            return self._admit(name, method, headers, correlation_id)
        except Exception as error:
            return self._finished(self._answer_to(error, correlation_id))

    def take(self, arrival: Arrival, body: bytes, reply: Reply) -> None:
        """Judge a body, store what is to be stored, then reply, once."""
        try:
            decision = self._decide(arrival, body)
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
                decision = question.decide(self._within_rate(admitted.wait, admitted.rate_limit), admitted.stored)
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

    def _admit(self, name: str, method: bytes, headers: Mapping[bytes, bytes], correlation_id: str) -> Arrival:
        if method != b"POST":
            raise RequestRefused(405, "method-not-allowed", "events are sent with POST", headers=((b"allow", b"POST"),))
        if self._in_flight > self.limits.requests_in_flight:
            raise RequestRefused(503, "unavailable", "too many requests at once", headers=RETRY_SOON)
        if self._spool.full:
            raise SpoolUnavailable("the spool is full")
        received_at = self._now()
        key = self._authenticate(headers.get(b"authorization"), received_at)
        gzipped = bodies.check_headers(headers, self.limits.body_bytes)
        return Arrival(name, correlation_id, key, received_at, sent_at_of(headers.get(b"sent-at")), gzipped)

    def _authenticate(self, header: bytes | None, now: datetime) -> KeyRecord:
        challenge: Headers = ((b"www-authenticate", b'Bearer realm="game-events"'),)
        scheme, _, token = (header or b"").partition(b" ")
        if scheme.lower() != b"bearer" or not token:
            raise RequestRefused(401, "unauthorized", "send Authorization: Bearer <API key>", headers=challenge)
        presented = token.strip().decode("latin-1")
        record = self._keyring.find(presented, now)
        if record is None:
            detail = (
                "the key is unknown, expired or revoked; `game-events keys create` makes one"
                if has_checksum(presented)
                else "this is not a whole key: it was mistyped or cut off"
            )
            raise RequestRefused(401, "unauthorized", detail, headers=challenge)
        if "ingest" not in record.scopes:
            raise RequestRefused(403, "forbidden", "this key lacks the scope 'ingest'")
        return record

    def _limit(self, key: KeyRecord, events: int) -> Headers:
        wait = self._limiter.take(key.key_id, events, self._monotonic())
        return self._within_rate(wait, self._limiter.state(key.key_id))

    def _within_rate(self, wait: float, state: bytes) -> Headers:
        headers = ((b"ratelimit", state), (b"ratelimit-policy", self._limiter.policy))
        if wait:
            seconds = b"%d" % max(1, round(wait + 0.5))
            raise RequestRefused(
                429,
                "rate-limited",
                "this key sends more events than it may; wait as long as Retry-After says",
                headers=(*headers, (b"retry-after", seconds)),
            )
        return headers

    def _decide(self, arrival: Arrival, body: bytes) -> Decision | Question | Answer:
        if arrival.gzipped:
            body = bodies.decompress(body, self.limits.decompressed_bytes)
            self.hold(arrival, len(body))
        received_text = time.text(arrival.received_at)
        request = Request(
            arrival.key,
            time.Clock.of(arrival.received_at, arrival.sent_at),
            received_text[:13].decode(),
            lines.head(received_text, arrival.correlation_id, arrival.key.key_id, self._ingested_by),
            {},
        )
        try:
            document = decode(body)
            if arrival.name == BATCH:
                return self._batch(document, body, arrival, request, received_text.decode())
            headers = self._limit(arrival.key, 1)
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
        if self._shared is not None:
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
            return Decision(answer, _entry([], [verdict], {}), {"rejected": 1})
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
        headers = self._limit(arrival.key, len(events))
        decide = self._judge.decide
        verdicts = [decide(event, request) for event in events]
        # The envelope's own colon is the one after "events".
        refuse_duplicate_keys(body, sum([verdict.colons for verdict in verdicts]) + 1)
        if self._shared is not None:
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
        return Decision(
            answers.batch_receipt(verdicts, repeated, received_at, arrival.correlation_id, headers),
            _entry(fresh, rejected, Counter([verdict.ledger for verdict in duplicates])),
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

    def _kept(self, request: Request, body: bytes, refused: RequestRefused, correlation_id: str) -> Decision:
        """A body that is no event at all is kept with its reason too."""
        reasons = refused.errors or [FieldError(pointer="", rule=refused.slug, message=refused.detail[:1024])]
        line = lines.rejected(request.head, None, body, reasons)
        entry = Entry((), chunks([line], [Key("", "", "", request.hour)]))
        return Decision(answers.refusal(refused, correlation_id), entry)


def _entry(accepted: Sequence[Accepted], rejected: Sequence[Rejected], duplicates: Mapping[Key, int]) -> Entry:
    return Entry(
        chunks([verdict.line for verdict in accepted], [verdict.ledger for verdict in accepted]),
        chunks([verdict.line for verdict in rejected], [verdict.ledger for verdict in rejected]) if rejected else (),
        duplicates,
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


def correlation_id_of(header: bytes | None) -> str:
    """The sender's name for the request when it is well-formed, else one of ours."""
    if header is not None and CORRELATION_ID.fullmatch(given := header.decode("latin-1")):
        return given
    return _names.randbytes(16).hex()


SENT_AT = re.compile(
    rb"[12]\d{3}-[01]\d-[0-3]\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)"
)


def sent_at_of(header: bytes | None) -> datetime | None:
    """The Sent-At header's moment; RequestRefused 400 when it is not RFC 3339."""
    if header is None:
        return None
    moment = time.parse(header.decode("ascii")) if SENT_AT.fullmatch(header) else None
    if moment is None:
        raise RequestRefused(400, "invalid-header", "Sent-At is a time like 2026-11-21T09:30:00.123Z")
    return moment
