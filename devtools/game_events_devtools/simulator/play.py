"""Play simulated events through the SDK over HTTP, and count what came back."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from game_events import GameAnalyticsClient
from game_events.clock import Clock
from game_events_models.http import FieldError

from game_events_devtools.simulator.stream import SimulatedEvent

BATCH = 200


@dataclass
class PlayResult:
    """What the server answered, event by event."""

    sent: int = 0
    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0
    as_expected: int = 0
    """With the verdict, and the reason, that they were made to get."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Rejected events by the first reason given: `/platform: enum`."""


class _DeviceClock(Clock):
    """The clock of whichever device sends now."""

    ahead = timedelta()

    def wall(self) -> datetime:
        return super().wall() + self.ahead


def play(
    url: str, key: str, events: Iterable[SimulatedEvent], *, progress: Callable[[int], None] = lambda sent: None
) -> PlayResult:
    """Send the events to the server at `url` in batches; `progress` hears how many were sent so far.

    A duplicate follows its original, in the same batch or a later one. Raises the SDK's errors.
    """
    result, clock = PlayResult(), _DeviceClock()
    with GameAnalyticsClient(url, key, clock=clock) as client:
        for skew, batch in _batches(events):
            clock.ahead = skew
            receipt = client.send_events_batch([item.event for item in batch])
            for item, verdict in zip(batch, receipt.results, strict=True):
                _count(result, item, verdict.status, verdict.errors)
            progress(result.sent)
    return result


def _reason(error: FieldError) -> str:
    """`/platform: enum`; what is wrong with the document as a whole needs the server's sentence."""
    return f"{error.pointer}: {error.rule}" if error.pointer else error.message


def _count(result: PlayResult, item: SimulatedEvent, status: str, errors: Sequence[FieldError]) -> None:
    result.sent += 1
    result.accepted += status == "accepted"
    result.duplicate += status == "duplicate"
    result.rejected += status == "rejected"
    if errors:
        result.reasons[_reason(errors[0])] += 1
    reason = (errors[0].pointer, errors[0].rule) if errors else None
    result.as_expected += (status, reason) == (item.verdict, item.reason)


def _batches(events: Iterable[SimulatedEvent]) -> Iterator[tuple[timedelta, list[SimulatedEvent]]]:
    """Batches of one device clock each: a skewed device sends its own, everybody else's go together.

    A batch carries one Sent-At, so it can only come from one clock. An original goes out before its duplicate
    because both have the same clock and each clock's events keep their order.
    """
    waiting: dict[timedelta, list[SimulatedEvent]] = {}
    for item in events:
        batch = waiting.setdefault(item.clock_skew, [])
        batch.append(item)
        if len(batch) == BATCH:
            yield item.clock_skew, waiting.pop(item.clock_skew)
    yield from waiting.items()
