"""What an answer says of the events that were sent. Pure: a receipt counts only when it is theirs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from game_events_models import http
from game_events_models.http import EventReceipt, EventResult, FieldError, Problem
from pydantic import ValidationError

from game_events.encoding import Encoded
from game_events.errors import RefusedError, refusal


class Answer(NamedTuple):
    """An HTTP answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def correlation_id(self) -> str | None:
        return self.headers.get("x-correlation-id")


def event_receipt(answer: Answer, sent: Encoded) -> EventReceipt | None:
    """None when it is another event's, or none at all."""
    try:
        receipt = EventReceipt.model_validate_json(answer.body)
    except ValidationError:
        return None
    return receipt if sent.event_id is None or receipt.event_id == sent.event_id else None


def results_of(answer: Answer, sent: Sequence[Encoded]) -> Sequence[EventResult] | None:
    """Of a batch; None when they are not those of these events in this order, or do not add up."""
    try:
        receipt = http.BatchReceipt.model_validate_json(answer.body)
    except ValidationError:
        return None
    if [result.event_id for result in receipt.results] != [event.event_id for event in sent]:
        return None
    counts = Counter(result.status for result in receipt.results)
    stated = {"accepted": receipt.accepted, "duplicate": receipt.duplicate, "rejected": receipt.rejected}
    return receipt.results if +counts == +Counter(stated) else None


def too_large(answer: Answer, sent: Encoded) -> EventResult:
    """Of the only event of a request that was too large for the server, beside others that were not."""
    reason = FieldError(pointer="", rule="too-large", message=str(refused(answer))[:1024])
    return EventResult(event_id=sent.event_id, status="rejected", errors=[reason])


def refused(answer: Answer) -> RefusedError:
    """The error that an answer stands for which is no receipt."""
    try:
        problem = None if answer.status == 202 else Problem.model_validate_json(answer.body)
    except ValidationError:
        problem = None
    correlation_id = answer.correlation_id or (problem.correlation_id if problem else None)
    return refusal(answer.status, problem, correlation_id)
