"""What was kept instead of delivered or accepted: listed, counted, found by name, tried and sent again.

What dead letters and rejected events have in common; the endpoints for operators and the command line render it.
"""

import itertools
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar

from game_events_api.audit import audit
from game_events_api.recovery.filters import Where
from game_events_api.recovery.recheck import Passes, Recheck, Rechecked
from game_events_api.recovery.replay import Pace, Report

BATCH = 200  # events that are sent again in one transaction


class Kept(Protocol):
    """A dead letter or a rejected event as lists show it."""

    @property
    def name(self) -> str: ...
    @property
    def line(self) -> bytes:
        """As it was stored."""

    @property
    def fields(self) -> dict[str, Any]:
        """What conditions select by; JSON values, `game_id` among them."""

    def reason(self, fields: Mapping[str, Any]) -> str:
        """By which it is counted, from its fields as they are shown."""

    @property
    def document(self) -> dict[str, Any]:
        """All there is to say of it; JSON values."""

    @property
    def waits(self) -> bool:
        """False once a replay has taken it; it keeps its place for those who list page by page."""


One = TypeVar("One", bound=Kept)


class NotKept(LookupError):
    """Nothing of this name is kept, or not for whoever asks."""


@dataclass(frozen=True)
class Selection:
    """Which are meant, and those of which games may be seen."""

    where: Where = field(default_factory=Where)
    may_see: Callable[[str, str], bool] = lambda game_id, event_type: True
    shown: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda fields: fields
    """The fields as whoever asks is shown them: nobody finds by what is hidden."""

    def has(self, kept: Kept) -> bool:
        fields = kept.fields
        return self.where.matches(self.shown(fields)) and self.may_see(
            fields["game_id"] or "", fields["event_type"] or ""
        )


EVERYTHING = Selection()


class Page(NamedTuple, Generic[One]):
    waiting: list[One]
    following: str | None
    """The name after which the next page begins."""


Send = Callable[[Sequence[tuple[One, Passes]], float], int]
"""Stores what passed, at a time in Unix seconds; how many of it had been sent before."""


class Archive(ABC, Generic[One]):
    """All of one kind under a data directory."""

    kind: ClassVar[str]

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir

    def waiting(self, selection: Selection = EVERYTHING) -> Iterator[One]:
        """Those that no replay has taken, in an order that stays."""
        return (one for one in self._all() if one.waits and selection.has(one))

    def page(self, selection: Selection, limit: int, after: str | None = None) -> Page[One]:
        """Of the next `limit`, those that still wait; NotKept when `after` is none of them."""
        found = (one for one in self._after(after) if selection.has(one))
        page = list(itertools.islice(found, limit))
        following = page[-1].name if page and next(found, None) is not None else None
        return Page([one for one in page if one.waits], following)

    def counts(self, selection: Selection = EVERYTHING) -> list[dict[str, Any]]:
        """How many wait by game, event type and reason, most first; JSON values."""
        counts: Counter[tuple[str, str, str]] = Counter()
        for one in self.waiting(selection):
            fields = selection.shown(one.fields)
            counts[fields["game_id"] or "", fields["event_type"] or "", one.reason(fields)] += 1
        return [
            {"game_id": game_id, "event_type": event_type, "reason": reason, "events": number}
            for (game_id, event_type, reason), number in counts.most_common()
        ]

    def find(self, name: str, selection: Selection = EVERYTHING) -> One:
        """Replayed ones too; NotKept when there is none."""
        for one in self._all():
            if one.name == name and selection.has(one):
                return one
        raise NotKept(name)

    def replay(
        self,
        chosen: Iterable[One],
        recheck: Recheck,
        *,
        dry_run: bool = False,
        pace: Pace | None = None,
        by: str | None = None,
        wall: Callable[[], float] = time.time,
    ) -> Report:
        """Send again what passes; the others stay where they are. A dry run reports the same and sends nothing."""
        look = self.rechecker(recheck)
        if dry_run:
            with self._trial() as send:
                return _replay(chosen, look, send, Pace(), wall)
        chosen = list(chosen)
        audit(self.data_dir, f"{self.kind} replay begins", wall(), by, events=len(chosen))
        with self._sender() as send:
            report = _replay(chosen, look, send, pace or Pace(), wall)
        audit(self.data_dir, f"{self.kind} replay", wall(), by, **report.totals)
        return report

    @abstractmethod
    def rechecker(self, recheck: Recheck) -> Callable[[One], Rechecked]:
        """Looks at one after the other; what it needs beside the schemas is read now."""

    @abstractmethod
    def _all(self) -> Iterator[One]:
        """Replayed ones too, each time in the same order."""

    def _after(self, name: str | None) -> Iterator[One]:
        """Those behind one in the order of all; NotKept when there is none of its name."""
        rest = self._all()
        if name is not None and all(one.name != name for one in rest):
            raise NotKept(name)
        return rest

    @abstractmethod
    def _sender(self) -> AbstractContextManager[Send[One]]:
        """What is sent is on disk, with the mark that it was, when the call returns."""

    @abstractmethod
    def _trial(self) -> AbstractContextManager[Send[One]]:
        """Counts as the sender would."""


def _replay(
    chosen: Iterable[One],
    look: Callable[[One], Rechecked],
    send: Send[One],
    pace: Pace,
    wall: Callable[[], float],
) -> Report:
    report = Report()
    rest = iter(chosen)
    while batch := list(itertools.islice(rest, BATCH)):
        passing: list[tuple[One, Passes]] = []
        for one in batch:
            rechecked = look(one)
            if isinstance(rechecked, Passes):
                passing.append((one, rechecked))
            else:
                report.failed[rechecked] += 1
        repeated = send(passing, wall())
        report.passed += len(passing)
        report.repeated += repeated
        pace.after(len(passing) - repeated)
    return report
