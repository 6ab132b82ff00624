"""What an answer says of the events that were sent. Pure: a receipt counts only when it is theirs."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from game_events_models.http import EventReceipt, FieldError, Problem
from pydantic import ValidationError

from game_events.errors import RefusedError, refusal
from game_events.receipts import EventResult


class Answer(NamedTuple):
    """An HTTP answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def correlation_id(self) -> str | None:
        return self.headers.get("x-correlation-id")


def event_receipt(answer: Answer, event_id: str | None) -> EventReceipt | None:
    """None when it is another event's, or none at all."""
    try:
        receipt = EventReceipt.model_validate_json(answer.body)
    except ValidationError:
        return None
    return receipt if event_id is None or receipt.event_id == event_id else None


def results_of(answer: Answer, event_ids: Sequence[str | None]) -> Sequence[EventResult] | None:
    """Of a batch; None when they are not those of these events in this order, or do not add up."""
    try:
        receipt = json.loads(answer.body)
        said: list[dict[str, Any]] = receipt["results"]
        statuses = [one["status"] for one in said]
        counts = Counter[str](statuses)
        is_sum = all(counts[status] == receipt[status] for status in _STATUSES)
        is_theirs = [one["event_id"] for one in said] == list(event_ids)
        if not is_sum or not is_theirs or sum(counts[status] for status in _STATUSES) != len(said):
            return None
        # By hand, since models take as long for it as the rest of sending.
        results = list(map(EventResult, event_ids, statuses))
        if counts["rejected"]:
            results = [result._replace(errors=_reasons(one)) for result, one in zip(results, said, strict=True)]
    except (KeyError, TypeError, ValueError):
        return None
    return results


_STATUSES = ("accepted", "duplicate", "rejected")


def _reasons(said: Mapping[str, Any]) -> Sequence[FieldError]:
    return [FieldError.model_validate(one) for one in said.get("errors", ())]


def rejected(refused: RefusedError, event_id: str | None) -> EventResult:
    """Of the only event of a request that was refused as a whole."""
    whole = FieldError(
        pointer="", rule="too-large" if refused.status == 413 else "refused", message=str(refused)[:1024]
    )
    return EventResult(event_id=event_id, status="rejected", errors=list(refused.errors) or [whole])


def refused(answer: Answer) -> RefusedError:
    """The error that an answer stands for which is no receipt."""
    try:
        problem = None if answer.status == 202 else Problem.model_validate_json(answer.body)
    except ValidationError:
        problem = None
    correlation_id = answer.correlation_id or (problem.correlation_id if problem else None)
    return refusal(answer.status, problem, correlation_id)
