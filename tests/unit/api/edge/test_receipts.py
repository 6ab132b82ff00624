"""What the event paths answer is spelled by hand, for speed: every answer is the generated shape, to the last field."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import msgspec
from game_events_api.admission.admit import BATCH, Arrival
from game_events_api.admission.api_key import ApiKey
from game_events_api.edge import answers
from game_events_api.edge.answers import Answer
from game_events_api.edge.decisions import Decision, Outcome
from game_events_api.errors import Problem, RequestRefused
from game_events_api.ingest.judge import Accepted, Origin, Rejected
from game_events_api.ledger_key import LedgerKey
from game_events_api.spool import Entry
from game_events_models import http
from game_events_models.http import FieldError
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from unit.api.recovery.kept_events import NO_GAMES

KEY = ApiKey("k1", "tests", "production", ("*",), ("ingest",), "", "2026-11-01T00:00:00Z")
SCHEMA: Any = None
correlation_ids = st.text("abcXYZ0189._-", min_size=1, max_size=128)
moments = st.datetimes(timezones=st.just(UTC), min_value=datetime(2020, 1, 1), max_value=datetime(2100, 1, 1))  # noqa: DTZ001
ids = st.builds(lambda: str(uuid4()))
texts = st.text(min_size=1, max_size=40)
reasons = st.lists(
    st.builds(FieldError, pointer=st.text(max_size=40), rule=texts, message=texts), min_size=1, max_size=32
)
taken = st.builds(Outcome, event_id=ids, status=st.sampled_from(["accepted", "duplicate"]))
refused = st.builds(Outcome, event_id=st.none() | st.text(max_size=128), status=st.just("rejected"), errors=reasons)


def decided(name: str, correlation_id: str, moment: datetime, results: list[Outcome]) -> Decision:
    arrival = Arrival(name, correlation_id, KEY, moment, None, gzipped=False)
    return Decision(Origin.of(arrival, "tests", NO_GAMES), results, (), None, (), {}, (), Entry(()))


def read_as(shape: type[BaseModel], answer: Answer) -> Any:
    """The answer as the shape, in which nothing is missing, nothing more and nothing spelled otherwise."""
    read = shape.model_validate_json(answer.body, extra="forbid")
    assert normal(json.loads(answer.body)) == normal(read.model_dump(mode="json", exclude_unset=True))
    assert {name for name, field in shape.model_fields.items() if field.is_required()} <= read.model_fields_set
    return read


def normal(document: dict[str, Any]) -> dict[str, Any]:
    """A moment is the same with and without zeros at its end."""
    times = {name: datetime.fromisoformat(document[name]) for name in ("received_at",) if name in document}
    return {**document, **times}


@given(correlation_ids, moments, taken)
def test_the_receipt_of_an_event_is_the_generated_shape(correlation_id: str, moment: datetime, result: Outcome) -> None:
    receipt = read_as(http.EventReceipt, answers.stored(decided("install", correlation_id, moment, [result])))

    assert receipt == http.EventReceipt(
        event_id=result.event_id or "",
        status=result.status,
        received_at=moment,
        correlation_id=correlation_id,
    )


@given(correlation_ids, moments, st.lists(taken | refused, min_size=1, max_size=20))
def test_the_receipt_of_a_batch_is_the_generated_shape(
    correlation_id: str, moment: datetime, results: list[Outcome]
) -> None:
    receipt = read_as(http.BatchReceipt, answers.stored(decided(BATCH, correlation_id, moment, results)))

    assert (receipt.received_at, receipt.correlation_id) == (moment, correlation_id)
    assert [(one.event_id, one.status, list(one.errors)) for one in receipt.results] == [
        (one.event_id, one.status, list(one.errors)) for one in results
    ]
    assert receipt.accepted + receipt.duplicate + receipt.rejected == len(results)


@given(st.sampled_from(Problem), st.text(max_size=5_000), correlation_ids, st.lists(reasons, max_size=3))
def test_every_problem_is_the_generated_shape_within_its_bounds(
    kind: Problem, detail: str, correlation_id: str, errors: list[list[FieldError]]
) -> None:
    listed = [error for several in errors for error in several]
    problem = read_as(http.Problem, answers.problem(RequestRefused(kind, detail, errors=listed), correlation_id))

    assert (problem.type, problem.status, problem.correlation_id) == (kind.urn, kind.status, correlation_id)
    assert problem.errors == listed[:32]


@given(correlation_ids, st.none() | st.text(max_size=128), st.booleans(), reasons)
def test_a_verdict_is_the_generated_shape(
    correlation_id: str, event_id: str | None, known: bool, errors: list[FieldError]
) -> None:
    ledger = LedgerKey("chess", "install", "1-0-0", "2026-11-27T10") if known else LedgerKey("", "", "", "")
    rejected = Rejected(event_id, b"", ledger, errors)
    accepted = Accepted(str(uuid4()), "", b"", b"", ledger, SCHEMA)

    wrong = read_as(http.Verdict, answers.validation(rejected, correlation_id, ()))
    right = read_as(http.Verdict, answers.validation(accepted, correlation_id, ()))

    assert (wrong.valid, wrong.event_id, wrong.errors) == (False, event_id, errors)
    assert (right.valid, right.event_id, right.errors) == (True, accepted.event_id, [])
    assert wrong.event_type == (ledger.event_type or None)


def test_an_outcome_has_the_fields_of_the_generated_result() -> None:
    assert [field.name for field in msgspec.structs.fields(Outcome)] == list(http.EventResult.model_fields)
