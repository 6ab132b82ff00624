"""`GET /v1/rejected/groups`: rejected events by what was wrong with them, where, and who sent them."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from game_events_models.http import RejectedGroups

from game_events_api.admission.callers import Caller
from game_events_api.live.masking import masked_names, masked_stored
from game_events_api.live.seen import SEES_ALL
from game_events_api.operators.extensions import Surface
from game_events_api.operators.parameters import Parameters
from game_events_api.recovery import RejectedEvent, RejectedEvents, Selection

MOST_GROUPS = 200
MOST_NAMES = 8
INTERVALS = 24


@dataclass
class Group:
    """Events whose first reason is the same, of one version."""

    events: int = 0
    first: str = ""
    last: str = ""
    sample: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)
    """What the line of the sample says."""
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


def add_groups(app: FastAPI, surface: Surface) -> None:
    archive = RejectedEvents(surface.data_dir)
    parameters = Parameters("/v1/rejected/groups")
    reader = Depends(surface.authorised("read"))

    @app.get("/v1/rejected/groups", response_model=RejectedGroups)
    async def groups(request: Request, caller: Annotated[Caller, reader]) -> RejectedGroups:
        hours = parameters.of(request).get("hours", 24)
        span = Span(datetime.now(UTC) - timedelta(hours=hours), hours)
        events = archive.waiting(Selection(may_see=caller.may_see))
        found = await asyncio.to_thread(_grouped, events, span, SEES_ALL in caller.scopes)
        return RejectedGroups.model_validate({"hours": hours, "groups": found})


def _grouped(events: Iterable[RejectedEvent], span: Span, sees_all: bool) -> list[dict[str, Any]]:
    groups: dict[tuple[str, ...], Group] = {}
    for one in events:
        received = str(one.fields["received_at"] or "")
        if (place := span.place(received)) is None:
            continue
        named = {**one.fields, "build": _build(one.document)}
        named = named if sees_all else masked_names(named)
        key = tuple(str(named[name] or "") for name in ("rule", "pointer", "event_type", "schema_version"))
        group = groups.setdefault(key, Group(first=received))
        group.events += 1
        group.last, group.sample, group.said = received, one.name, one.document
        group.counts[place] += 1
        for counter, name in (
            (group.builds, named["build"]),
            (group.keys, named["key_id"]),
            (group.games, named["game_id"]),
        ):
            if name and (name in counter or len(counter) < MOST_NAMES):
                counter[name] += 1
    ranked = sorted(groups.items(), key=lambda item: -item[1].events)[:MOST_GROUPS]
    return [_shown(key, group, sees_all) for key, group in ranked]


def _shown(key: tuple[str, ...], group: Group, sees_all: bool) -> dict[str, Any]:
    rule, pointer, event_type, version = key
    names = {name: list(getattr(group, name)) for name in ("builds", "keys", "games")}
    said = {name: getattr(group, name) for name in ("events", "first", "last", "sample", "counts")}
    named = {"rule": rule, "pointer": pointer, "event_type": event_type, "schema_version": version}
    message = _first_reason(group.said if sees_all else masked_stored(group.said)).get("message")
    return {**named, **said, **names, "message": str(message or rule)[:1024]}


def _first_reason(document: Mapping[str, Any]) -> dict[str, Any]:
    reasons = document.get("reasons")
    first = reasons[0] if isinstance(reasons, list) and reasons else {}
    return first if isinstance(first, dict) else {}


def _build(document: dict[str, Any]) -> str | None:
    try:
        sent = json.loads(document.get("raw") or "")
    except (ValueError, TypeError, RecursionError):
        return None
    build = sent.get("app_version") if isinstance(sent, dict) else None
    return build[:64] if isinstance(build, str) else None
