"""What the event paths answer: receipts and problems (RFC 9457), with their headers. Pure.

Their shapes are those of `game_events_models.http`; making a model of each would cost as much as judging the event, so
they are spelled here directly, and a test holds what is spelled against the shapes.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

import msgspec
from game_events_models.http import FieldError

from game_events_api.admission.admit import BATCH
from game_events_api.contract.catalog import Schema
from game_events_api.edge.decisions import Decision, Outcome
from game_events_api.errors import OWN_PROBLEMS, Headers, Problem, RequestRefused
from game_events_api.ingest.judge import Origin, Rejected, Verdict

JSON = (b"content-type", b"application/json")
PROBLEM_JSON = (b"content-type", b"application/problem+json")
DETAIL_CHARACTERS = 2048
MAX_ERRORS = 32
"""The contract's bounds of a problem; a detail may quote what was sent."""
_json = msgspec.json.Encoder(enc_hook=FieldError.model_dump).encode


class Answer(msgspec.Struct, frozen=True, gc=False):
    """One answer; `headers` beside those that every answer has."""

    status: int
    body: bytes
    correlation_id: str
    headers: Headers = ()
    problem: Problem | None = None

    def fields(self) -> list[tuple[bytes, bytes]]:
        """All its headers."""
        if self.status == 204:
            return [(b"x-correlation-id", self.correlation_id.encode()), *self.headers]
        return [
            (b"content-length", b"%d" % len(self.body)),
            (b"x-correlation-id", self.correlation_id.encode()),
            JSON if self.problem is None else PROBLEM_JSON,
            *self.headers,
        ]


def problem(refused: RequestRefused, correlation_id: str) -> Answer:
    kind = refused.problem
    document: dict[str, object] = {
        "type": kind.urn,
        "title": kind.title,
        "status": kind.status,
        "detail": refused.detail[:DETAIL_CHARACTERS],
        "correlation_id": correlation_id,
    }
    if refused.errors:
        document["errors"] = refused.errors[:MAX_ERRORS]
    return Answer(kind.status, _json(document), correlation_id, refused.headers, kind)


def unavailable(why: str, correlation_id: str) -> Answer:
    """503: nothing is lost, the sender still has it."""
    return problem(RequestRefused(Problem.UNAVAILABLE, f"{why}; send it again"), correlation_id)


def stored(decision: Decision) -> Answer:
    """The answer to a request once its entry is on disk: 202, or why the body or its only event was not taken."""
    arrival = decision.origin.arrival
    if decision.refused is not None:
        return problem(decision.refused, arrival.correlation_id)
    headers = decision.rate
    if deprecated := [schema for _, schema in decision.origin.ledger_keys if schema.lifecycle.deprecated is not None]:
        headers = (*headers, *lifecycle_headers(deprecated, arrival.received_at))
    if arrival.name == BATCH:
        return _batch_receipt(decision.results, decision.origin, headers)
    (result,) = decision.results
    if result.event_id is None or result.status == "rejected":
        return problem(_refused(result.errors), arrival.correlation_id)
    return _receipt(result.event_id, result.status, decision.origin, headers)


def _receipt(event_id: str, status: str, origin: Origin, headers: Headers) -> Answer:
    """Every value is of the server's making or checked, so none needs escaping."""
    correlation_id = origin.arrival.correlation_id
    body = b'{"event_id":"%b","status":"%b","received_at":"%b","correlation_id":"%b"}' % (
        event_id.encode(),
        status.encode(),
        origin.received_at.encode(),
        correlation_id.encode(),
    )
    return Answer(202, body, correlation_id, headers)


def _batch_receipt(results: Sequence[Outcome], origin: Origin, headers: Headers) -> Answer:
    counts = Counter([result.status for result in results])
    correlation_id = origin.arrival.correlation_id
    receipt = {
        "accepted": counts["accepted"],
        "duplicate": counts["duplicate"],
        "rejected": counts["rejected"],
        "received_at": origin.received_at,
        "correlation_id": correlation_id,
        "results": results,
    }
    return Answer(202, _json(receipt), correlation_id, headers)


def _refused(errors: Sequence[FieldError]) -> RequestRefused:
    """Why an event that was sent by itself was not taken."""
    kind = OWN_PROBLEMS.get(errors[0].rule, Problem.INVALID_EVENT)
    detail = "see errors for each reason" if kind is Problem.INVALID_EVENT else errors[0].message
    return RequestRefused(kind, detail, errors=errors)


def validation(verdict: Verdict, correlation_id: str, headers: Headers) -> Answer:
    """200 to a question about an event that is not to be stored."""
    document = {
        "valid": not isinstance(verdict, Rejected),
        "event_id": verdict.event_id,
        "event_type": verdict.ledger.event_type or None,
        "schema_version": verdict.ledger.schema_version or None,
        "errors": verdict.errors if isinstance(verdict, Rejected) else (),
        "correlation_id": correlation_id,
    }
    return Answer(200, _json(document), correlation_id, headers)


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
