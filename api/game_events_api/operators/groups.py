"""`GET /v1/rejected/groups`: rejected events by what was wrong with them, where, and who sent them."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from game_events_models.http import RejectedGroups

from game_events_api.admission.callers import Caller
from game_events_api.live.masking import masked_stored
from game_events_api.live.seen import SEES_ALL
from game_events_api.operators.endpoints import selection_of
from game_events_api.operators.extensions import Surface
from game_events_api.operators.parameters import Parameters
from game_events_api.recovery import RejectedEvent, RejectedEvents, Selection

MOST_GROUPS = 200
MOST_NAMES = 8
INTERVALS = 24
FAULT = ("rule", "pointer", "event_type", "schema_version")
"""What events have in common that one correction lets pass."""
IN_COMMON: Mapping[str, tuple[str, ...]] = {
    "rule": FAULT,
    "event": ("event_type",),
    "version": ("event_type", "schema_version"),
    "build": ("build",),
    "key": ("key_id",),
}


@dataclass
class Group:
    """Events that have something in common."""

    events: int = 0
    first: str = ""
    last: str = ""
    sample: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)
    """What the line of the sample says."""
    faults: set[tuple[str, ...]] = field(default_factory=set)
    counts: list[int] = field(default_factory=lambda: [0] * INTERVALS)
    builds: Counter[str] = field(default_factory=Counter)
    keys: Counter[str] = field(default_factory=Counter)
    games: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Span:
    """The time that is looked at, in INTERVALS parts."""

    since: datetime
    hours: int

    def place(self, received: str) -> int | None:
        try:
            passed = datetime.fromisoformat(received) - self.since
        except (ValueError, TypeError):
            return None
        place = int(passed / timedelta(hours=self.hours) * INTERVALS)
        return min(place, INTERVALS - 1) if place >= 0 else None


def add_groups(app: FastAPI, surface: Surface, archive: RejectedEvents) -> None:
    parameters = Parameters("/v1/rejected/groups")
    reader = Depends(surface.authorised("read"))

    @app.get("/v1/rejected/groups", response_model=RejectedGroups)
    async def groups(request: Request, caller: Annotated[Caller, reader]) -> RejectedGroups:
        query = parameters.of(request)
        hours, by = query.get("hours", 24), query.get("by", "rule")
        selection = selection_of(caller, query)
        span = Span(datetime.now(UTC) - timedelta(hours=hours), hours)
        events, names = archive.waiting(selection), IN_COMMON[by]
        ranked = await asyncio.to_thread(_ranked, events, selection, span, names)
        shown = [_shown(group, SEES_ALL in caller.scopes) for group in ranked]
        return RejectedGroups.model_validate({"hours": hours, "by": by, "groups": shown})


def _ranked(events: Iterable[RejectedEvent], selection: Selection, span: Span, names: tuple[str, ...]) -> list[Group]:
    """Those with the most events first."""
    groups: dict[tuple[str, ...], Group] = {}
    for one in events:
        received = str(one.fields["received_at"] or "")
        if (place := span.place(received)) is None:
            continue
        named = selection.shown(one.fields)
        group = groups.setdefault(_values(named, names), Group(first=received))
        group.events += 1
        group.last, group.sample, group.said = received, one.name, one.document
        group.faults.add(_values(named, FAULT))
        group.counts[place] += 1
        for counter, name in (
            (group.builds, named["build"]),
            (group.keys, named["key_id"]),
            (group.games, named["game_id"]),
        ):
            if name and (name in counter or len(counter) < MOST_NAMES):
                counter[name] += 1
    return sorted(groups.values(), key=lambda group: -group.events)[:MOST_GROUPS]


def _values(named: Mapping[str, Any], names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(named[name] or "") for name in names)


def _shown(group: Group, sees_all: bool) -> dict[str, Any]:
    same = {name: values.pop() if len(values := set(of)) == 1 else "" for name, of in _columns(group.faults)}
    names = {name: list(getattr(group, name)) for name in ("builds", "keys", "games")}
    said = {name: getattr(group, name) for name in ("events", "first", "last", "sample", "counts")}
    first = _first_reason(group.said if sees_all else masked_stored(group.said))
    message = str(first.get("message") or first.get("rule") or "")[:1024]
    return {**same, **said, **names, "reasons": len(group.faults), "message": message}


def _columns(faults: Iterable[tuple[str, ...]]) -> Iterable[tuple[str, tuple[str, ...]]]:
    return zip(FAULT, zip(*faults, strict=True), strict=True)


def _first_reason(document: Mapping[str, Any]) -> dict[str, Any]:
    reasons = document.get("reasons")
    first = reasons[0] if isinstance(reasons, list) and reasons else {}
    return first if isinstance(first, dict) else {}
