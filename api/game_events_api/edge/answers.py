"""What the event paths answer: receipts, refusals and their headers. Pure."""

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

import msgspec

from game_events_api.contract.catalog import Schema
from game_events_api.edge import problems
from game_events_api.errors import RETRY_SOON, Headers, RequestRefused
from game_events_api.ingest.judge import Accepted, Rejected

JSON = (b"content-type", b"application/json")


class Answer(msgspec.Struct, frozen=True, gc=False):
    """One answer; `headers` beside those that every answer has."""

    status: int
    body: bytes
    correlation_id: str
    headers: Headers = ()

    def fields(self) -> list[tuple[bytes, bytes]]:
        """All its headers."""
        return [
            (b"content-length", b"%d" % len(self.body)),
            (b"x-correlation-id", self.correlation_id.encode()),
            JSON if self.status < 400 else problems.JSON,
            *self.headers,
        ]


def refusal(refused: RequestRefused, correlation_id: str) -> Answer:
    return Answer(refused.status, problems.body(refused, correlation_id), correlation_id, refused.headers)


def unavailable(why: str, correlation_id: str) -> Answer:
    """503: nothing is lost, the sender still has it."""
    return refusal(RequestRefused(503, "unavailable", f"{why}; send it again", headers=RETRY_SOON), correlation_id)


def receipt(event_id: str, status: str, received_at: bytes, correlation_id: str, headers: Headers) -> Answer:
    """202 to a single event; every value is of the server's making or checked, so none needs escaping."""
    body = b'{"event_id":"%b","status":"%b","received_at":"%b","correlation_id":"%b"}' % (
        event_id.encode(),
        status.encode(),
        received_at,
        correlation_id.encode(),
    )
    return Answer(202, body, correlation_id, headers)


class Result(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The fate of one event of a batch."""

    event_id: str | None
    status: str
    errors: Sequence[dict[str, object]] = ()


class BatchReceipt(msgspec.Struct, frozen=True, gc=False):
    accepted: int
    duplicate: int
    rejected: int
    received_at: str
    correlation_id: str
    results: Sequence[Result]


def batch_receipt(
    verdicts: Sequence[Accepted | Rejected],
    repeated: Container[int],
    received_at: str,
    correlation_id: str,
    headers: Headers,
) -> Answer:
    """202 to a batch: the fate of each event, in the order sent; `repeated` holds the `id()` of the duplicates."""
    results = [
        (
            Result(verdict.event_id, "rejected", [error.model_dump() for error in verdict.errors])
            if isinstance(verdict, Rejected)
            else Result(verdict.event_id, "duplicate" if id(verdict) in repeated else "accepted")
        )
        for verdict in verdicts
    ]
    counts = Counter([result.status for result in results])
    receipt = BatchReceipt(
        counts["accepted"], counts["duplicate"], counts["rejected"], received_at, correlation_id, results
    )
    return Answer(202, msgspec.json.encode(receipt), correlation_id, headers)


def single_refusal(verdict: Rejected) -> RequestRefused:
    """An event that was refused by itself."""
    first = verdict.errors[0]
    status, slug = {
        "forbidden-game": (403, "forbidden"),
        "retired-schema-version": (410, "retired-schema-version"),
        "too-large": (413, "content-too-large"),
    }.get(first.rule, (422, "invalid-event"))
    detail = first.message if status != 422 else "see errors for each reason"
    return RequestRefused(status, slug, detail, errors=verdict.errors)


def validation(verdict: Accepted | Rejected, correlation_id: str, headers: Headers) -> Answer:
    """200 to a question about an event that is not to be stored."""
    errors = verdict.errors if isinstance(verdict, Rejected) else ()
    document = {
        "valid": isinstance(verdict, Accepted),
        "event_id": verdict.event_id,
        "event_type": verdict.ledger.event_type or None,
        "schema_version": verdict.ledger.schema_version or None,
        "errors": [error.model_dump() for error in errors],
        "correlation_id": correlation_id,
    }
    return Answer(200, msgspec.json.encode(document), correlation_id, headers)


def lifecycle_headers(schemas: Iterable[Schema], now: datetime) -> Headers:
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
