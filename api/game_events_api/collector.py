"""The event paths: a small ASGI application in front of the one that serves everything else.

Every request passes admission → contract → ingest → spool, in that order, and is answered 202 only after the
commit that holds its events.
"""

import asyncio
import re
import time as clock
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from random import Random
from typing import Any

import msgspec
import structlog
from game_events_models.http import FieldError
from starlette.types import ASGIApp, Receive, Scope, Send

from game_events_api import problems
from game_events_api.admission import body as bodies
from game_events_api.admission.budget import ByteBudget
from game_events_api.admission.keys import KeyRecord, Keyring, has_checksum
from game_events_api.admission.rates import RateLimiter
from game_events_api.contract.catalog import Schema
from game_events_api.contract.decode import decode, refuse_duplicate_keys
from game_events_api.errors import Headers, RequestRefused, SpoolUnavailable
from game_events_api.ingest import time
from game_events_api.ingest.dedup import DedupWindow
from game_events_api.ingest.judge import Accepted, Judge, Rejected, Request
from game_events_api.ingest.lines import LineWriter
from game_events_api.metrics import Metrics
from game_events_api.spool import Entry, Key, Spool, chunks

log = structlog.get_logger()
PREFIX = "/v1/events/"
BATCH = "batch"
VALIDATE = "validate"
MAX_BATCH = 500
CORRELATION_ID = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)
_names = Random()  # names need no secrecy, and uuid4 asks the kernel each time
RETRY_SOON: Headers = ((b"retry-after", b"1"),)


@dataclass(frozen=True, slots=True)
class Limits:
    """What requests may cost, in bytes, and how many there may be at once."""

    body_bytes: int
    decompressed_bytes: int
    requests_in_flight: int


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    headers: Headers = ()


class Collector:
    """ASGI: `POST /v1/events/<type>`, `/v1/events/batch` and `/v1/validate`; anything else goes to `app`."""

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
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = clock.monotonic,
    ) -> None:
        self._app = app
        self._paths = {PREFIX + name: name for name in (*event_types, BATCH)} | {"/v1/validate": VALIDATE}
        self._keyring = keyring
        self._limiter = limiter
        self._limits = limits
        self._budget = budget
        self._judge = judge
        self._window = window
        self._spool = spool
        self._metrics = metrics
        self._ingested_by = ingested_by
        self._now = now
        self._monotonic = monotonic
        self._in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or (name := self._paths.get(scope["path"])) is None:
            await self._app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        correlation_id = correlation_id_of(headers)
        self._in_flight += 1
        try:
            answer = await self._answer(scope["method"], name, headers, receive, correlation_id)
        except bodies.Disconnected:
            return
        except RequestRefused as refused:
            answer = refusal(refused, correlation_id)
        except SpoolUnavailable as error:
            unavailable = RequestRefused(
                503, "unavailable", f"{error}; nothing was stored, send it again", headers=RETRY_SOON
            )
            answer = refusal(unavailable, correlation_id)
        except Exception:
            # A defect of ours must not look like a defect of the sender's, nor like a loss: it may be sent again.
            log.exception("unexpected error", correlation_id=correlation_id, path=scope["path"])
            unavailable = RequestRefused(503, "unavailable", "an unexpected error; send it again", headers=RETRY_SOON)
            answer = refusal(unavailable, correlation_id)
        finally:
            self._in_flight -= 1
            self._budget.release(receive)
        self._metrics.answered(answer.status)
        if answer.status >= 400:
            log.info("refused", status=answer.status, path=scope["path"], correlation_id=correlation_id)
        await respond(send, answer, correlation_id)

    async def _answer(
        self, method: str, name: str, headers: Mapping[bytes, bytes], receive: Receive, correlation_id: str
    ) -> Answer:
        if method != "POST":
            raise RequestRefused(405, "method-not-allowed", "events are sent with POST", headers=((b"allow", b"POST"),))
        if self._in_flight > self._limits.requests_in_flight:
            raise RequestRefused(503, "unavailable", "too many requests at once", headers=RETRY_SOON)
        if self._spool.full:
            raise SpoolUnavailable("the spool is full")
        received_at = self._now()
        key = self._authenticate(headers.get(b"authorization"), received_at)
        bodies.check_headers(headers, self._limits.body_bytes)
        sent_at = sent_at_of(headers.get(b"sent-at"))
        body = await bodies.read(receive, self._limits.body_bytes, self._budget)
        if headers.get(b"content-encoding", b"").lower() == b"gzip":
            body = bodies.decompress(body, self._limits.decompressed_bytes)
            self._budget.hold(receive, len(body))
        received_text = time.text(received_at)
        request = Request(
            key=key,
            received_at=received_at,
            received_text=received_text,
            sent_at=sent_at,
            hour=received_text[:13],
            lines=LineWriter(received_text, correlation_id, key.key_id, self._ingested_by),
        )
        try:
            document = decode(body)
            if name == VALIDATE:
                return self._validate(document, body, request, correlation_id)
            if name == BATCH:
                return await self._batch(document, body, request, correlation_id)
            return await self._single(name, document, body, request, correlation_id)
        except RequestRefused as refused:
            if name != VALIDATE and refused.slug in ("malformed-json", "invalid-batch"):
                await self._keep(request, body, refused)
            raise

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
        headers = ((b"ratelimit", self._limiter.state(key.key_id)), (b"ratelimit-policy", self._limiter.policy))
        if wait:
            seconds = b"%d" % max(1, round(wait + 0.5))
            raise RequestRefused(
                429,
                "rate-limited",
                "this key sends more events than it may; wait as long as Retry-After says",
                headers=(*headers, (b"retry-after", seconds)),
            )
        return headers

    async def _single(
        self, event_type: str, document: Any, body: bytes, request: Request, correlation_id: str
    ) -> Answer:
        headers = self._limit(request.key, 1)
        if not isinstance(document, dict):
            reason = FieldError(pointer="", rule="type", message="an event is a JSON object")
            refused = RequestRefused(422, "invalid-event", reason.message, errors=[reason])
            await self._keep(request, body, refused)
            raise refused
        verdict = self._judge.decide(document, request, event_type)
        refuse_duplicate_keys(body, verdict.colons)
        if isinstance(verdict, Rejected):
            await self._store([], [verdict], {})
            self._metrics.events("rejected", 1)
            raise _single_refusal(verdict)
        status = (await self._accept([verdict], []))[0]
        self._metrics.events(status, 1)
        receipt = b'{"event_id":"%b","status":"%b","received_at":"%b","correlation_id":"%b"}' % (
            verdict.event_id.encode(),
            status.encode(),
            request.received_text.encode(),
            correlation_id.encode(),
        )
        return Answer(202, receipt, (*headers, *lifecycle_headers([verdict.schema], request.received_at)))

    def _validate(self, document: Any, body: bytes, request: Request, correlation_id: str) -> Answer:
        """What `_single` would have answered, without storing anything."""
        headers = self._limit(request.key, 1)
        if not isinstance(document, dict):
            reason = FieldError(pointer="", rule="type", message="an event is a JSON object")
            raise RequestRefused(422, "invalid-event", reason.message, errors=[reason])
        verdict = self._judge.decide(document, request)
        refuse_duplicate_keys(body, verdict.colons)
        errors = verdict.errors if isinstance(verdict, Rejected) else ()
        answer = {
            "valid": isinstance(verdict, Accepted),
            "event_id": verdict.event_id,
            "event_type": verdict.ledger.event_type or None,
            "schema_version": verdict.ledger.schema_version or None,
            "errors": [error.model_dump() for error in errors],
            "correlation_id": correlation_id,
        }
        return Answer(200, msgspec.json.encode(answer), headers)

    async def _batch(self, document: Any, body: bytes, request: Request, correlation_id: str) -> Answer:
        events = _batch_events(document)
        headers = self._limit(request.key, len(events))
        verdicts = [self._judge.decide(event, request) for event in events]
        # The envelope's own colon is the one after "events".
        refuse_duplicate_keys(body, sum(verdict.colons for verdict in verdicts) + 1)
        accepted = [verdict for verdict in verdicts if isinstance(verdict, Accepted)]
        rejected = [verdict for verdict in verdicts if isinstance(verdict, Rejected)]
        statuses = iter(await self._accept(accepted, rejected))
        results: list[dict[str, object]] = []
        counts = Counter[str]()
        for verdict in verdicts:
            if isinstance(verdict, Accepted):
                status = next(statuses)
                results.append({"event_id": verdict.event_id, "status": status})
            else:
                status = "rejected"
                errors = [error.model_dump() for error in verdict.errors]
                results.append({"event_id": verdict.event_id, "status": status, "errors": errors})
            counts[status] += 1
        for status, count in counts.items():
            self._metrics.events(status, count)
        receipt = {
            "accepted": counts["accepted"],
            "duplicate": counts["duplicate"],
            "rejected": counts["rejected"],
            "received_at": request.received_text,
            "correlation_id": correlation_id,
            "results": results,
        }
        schemas = {(verdict.schema.event_type, verdict.schema.version): verdict.schema for verdict in accepted}
        answer_headers = (*headers, *lifecycle_headers(list(schemas.values()), request.received_at))
        return Answer(202, msgspec.json.encode(receipt), answer_headers)

    async def _accept(self, accepted: Sequence[Accepted], rejected: Sequence[Rejected]) -> list[str]:
        """Store what is new; returns `accepted` or `duplicate` for each accepted verdict, in order."""
        statuses: list[str] = []
        fresh: list[Accepted] = []
        fresh_ids: list[str] = []
        seen: set[str] = set()
        duplicates = Counter[Key]()
        others: list[asyncio.Future[None]] = []
        for verdict in accepted:
            event_id = verdict.event_id
            elsewhere = self._window.in_flight(event_id)
            if elsewhere is not None:
                others.append(elsewhere)
            if elsewhere is not None or event_id in seen or event_id in self._window:
                duplicates[verdict.ledger] += 1
                statuses.append("duplicate")
            else:
                seen.add(event_id)
                fresh.append(verdict)
                fresh_ids.append(event_id)
                statuses.append("accepted")
        stored = self._store(fresh, rejected, duplicates)
        self._window.begin(fresh_ids, stored)
        try:
            await stored
            self._window.add(fresh_ids)
        finally:
            self._window.end(fresh_ids)
        for other in others:
            # Another request is storing the same event: ours is a duplicate only once that one is on disk.
            await asyncio.shield(other)
        return statuses

    def _store(
        self, accepted: Sequence[Accepted], rejected: Sequence[Rejected], duplicates: Mapping[Key, int]
    ) -> "asyncio.Future[None]":
        return self._spool.append(
            Entry(
                chunks([verdict.line for verdict in accepted], [verdict.ledger for verdict in accepted]),
                chunks([verdict.line for verdict in rejected], [verdict.ledger for verdict in rejected]),
                duplicates,
            )
        )

    async def _keep(self, request: Request, body: bytes, refused: RequestRefused) -> None:
        """A body that is no event at all is kept with its reason too."""
        reasons = refused.errors or [FieldError(pointer="", rule=refused.slug, message=refused.detail[:1024])]
        line = request.lines.rejected(None, body, reasons)
        await self._spool.append(Entry([], chunks([line], [Key("", "", "", request.hour)])))


def _single_refusal(verdict: Rejected) -> RequestRefused:
    rule = verdict.errors[0].rule
    if rule == "forbidden-game":
        return RequestRefused(403, "forbidden", verdict.errors[0].message, errors=verdict.errors)
    if rule == "retired-schema-version":
        return RequestRefused(410, "retired-schema-version", verdict.errors[0].message, errors=verdict.errors)
    if rule == "too-large":
        return RequestRefused(413, "content-too-large", verdict.errors[0].message, errors=verdict.errors)
    return RequestRefused(422, "invalid-event", "see errors for each reason", errors=verdict.errors)


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


def correlation_id_of(headers: Mapping[bytes, bytes]) -> str:
    """The sender's name for the request when it is well-formed, else one of ours."""
    given = headers.get(b"x-correlation-id", b"").decode("latin-1")
    return given if CORRELATION_ID.fullmatch(given) else f"{_names.getrandbits(128):032x}"


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


def lifecycle_headers(schemas: Sequence[Schema], now: datetime) -> Headers:
    """Deprecation (RFC 9745) and Sunset (RFC 8594) of the version that ends first, when one is deprecated."""
    deprecated = [schema.lifecycle for schema in schemas if schema.lifecycle.is_deprecated(now)]
    if not deprecated:
        return ()
    first = min(deprecated, key=lambda lifecycle: lifecycle.sunset or datetime.max.replace(tzinfo=UTC))
    assert first.deprecated is not None
    headers = [(b"deprecation", b"@%d" % int(first.deprecated.timestamp()))]
    if first.sunset is not None:
        headers.append((b"sunset", format_datetime(first.sunset, usegmt=True).encode()))
    return headers


def refusal(refused: RequestRefused, correlation_id: str) -> Answer:
    return Answer(refused.status, problems.body(refused, correlation_id), (problems.JSON, *refused.headers))


async def respond(send: Send, answer: Answer, correlation_id: str) -> None:
    headers = [
        (b"content-length", b"%d" % len(answer.body)),
        (b"x-correlation-id", correlation_id.encode()),
        *answer.headers,
    ]
    if answer.status < 400:
        headers.append((b"content-type", b"application/json"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
