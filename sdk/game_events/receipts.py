"""What the server said of events that it answered for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from game_events_models.http import EventReceipt, FieldError

__all__ = ["BatchReceipt", "EventReceipt", "EventResult"]


class EventResult(NamedTuple):
    """What the server said of one event of a batch."""

    event_id: str | None
    """None for one that has no id, or a longer one than the server repeats."""
    status: Literal["accepted", "duplicate", "rejected"]
    errors: Sequence[FieldError] = ()
    """Why it was rejected."""


@dataclass(frozen=True)
class BatchReceipt:
    """One result for each event of a batch, in the order sent. It is true when no event was rejected."""

    results: Sequence[EventResult] = ()
    correlation_ids: Sequence[str] = ()
    """One for each request that the batch took: what to quote when asking about it."""

    @property
    def accepted(self) -> int:
        """Events that are on the server's disk by this batch."""
        return self._number("accepted")

    @property
    def duplicate(self) -> int:
        """Events that were there before."""
        return self._number("duplicate")

    @property
    def rejected(self) -> int:
        """Events that the server refused; `errors` of their results say why."""
        return self._number("rejected")

    def __bool__(self) -> bool:
        return not self.rejected

    def _number(self, status: str) -> int:
        return sum(result.status == status for result in self.results)
