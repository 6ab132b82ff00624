"""`GET /v1/trace/{event_id}`: the way that one event took, from the edge to whatever counts it."""

import asyncio
import json
import logging
import re
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from game_events_models import http

from game_events_api.admission.callers import Caller
from game_events_api.errors import Problem, RequestRefused
from game_events_api.live.seen import SEES_ALL, Seen
from game_events_api.operators import extensions
from game_events_api.operators.extensions import Surface
from game_events_api.operators.parameters import Parameters
from game_events_api.operators.shapes import cut_texts
from game_events_api.sightings import Sighting, in_lake, in_spools, lake_files

log = logging.getLogger(__name__)
SECONDS = 2.0
"""So long spool files and lake are searched for one event, half of it the spool files at most; then the answer says
that it is not complete. What extensions know is asked before and has its own time."""
AT_ONCE = 2
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
COUNTED = tuple(http.CountsAs.model_fields)
MOST = 100
"""Sightings of one answer."""


@dataclass
class Found:
    sightings: list[extensions.Whereabouts] = field(default_factory=list)
    complete: bool = True

    def passed_over(self, _: str) -> None:
        self.complete = False

    def until(self, ends: float, monotonic: Callable[[], float]) -> Callable[[], bool]:
        """Whether to go on: who is told not to leaves something out."""

        def more() -> bool:
            in_time = monotonic() < ends
            self.complete = self.complete and in_time
            return in_time

        return more


class Search:
    """For one event after the other, over one data folder."""

    def __init__(
        self, data_dir: Path, lookups: Sequence[extensions.Lookup], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._data_dir = data_dir
        self._lookups = lookups
        self._monotonic = monotonic

    def __call__(self, event_id: str, since: str) -> Found:
        """In a thread, for as long as the lookups take, SECONDS, and what one block or piece takes beyond."""
        found = Found()
        beyond, elsewhere = self._beyond(event_id, found)
        for sighting in self._places(event_id, since, _files(beyond), elsewhere, found):
            found.sightings.append(sighting)
            if len(found.sightings) >= MOST:
                found.complete = False
                break
        found.sightings += beyond
        return found

    def _places(
        self,
        event_id: str,
        since: str,
        first: Collection[str],
        elsewhere: Collection[str],
        found: Found,
    ) -> Iterable[Sighting]:
        begun = self._monotonic()
        more = found.until(begun + SECONDS / 2, self._monotonic)
        yield from in_spools(event_id, self._data_dir, passed_over=found.passed_over, more=more)
        files = lake_files(
            self._data_dir / "lake",
            first=first,
            without=elsewhere,
            since=since,
            passed_over=found.passed_over,
            more=found.until(begun + SECONDS, self._monotonic),
        )
        yield from in_lake(event_id, files)

    def _beyond(self, event_id: str, found: Found) -> tuple[list[extensions.Whereabouts], set[str]]:
        beyond: list[extensions.Whereabouts] = []
        elsewhere: set[str] = set()
        for lookup in self._lookups:
            try:
                known, without, complete = lookup(event_id)
            except Exception:  # an extension's own trouble hides nothing of what is known here
                log.exception("an event cannot be looked up everywhere")
                found.complete = False
                continue
            beyond += known
            elsewhere |= set(without)
            found.complete = found.complete and complete
        found.complete = found.complete and len(beyond) <= MOST
        return beyond[:MOST], elsewhere


def add_trace(app: FastAPI, surface: Surface) -> None:
    parameters = Parameters("/v1/trace/{event_id}")
    reader = Depends(surface.authorised("read"))
    search, turns = Search(surface.data_dir, surface.lookups), asyncio.Semaphore(AT_ONCE)

    @app.get("/v1/trace/{event_id}", response_model=http.Trace)
    async def trace(event_id: str, request: Request, caller: Annotated[Caller, reader]) -> Response:
        wanted, since = _uuid(event_id), parameters.of(request).get("since", "")
        async with _turn(turns):
            found = await asyncio.to_thread(search, wanted, since)
        events = [shown for one in by_event(found.sightings) if (shown := one.shown(wanted, caller)) is not None]
        if not events and found.complete:
            elsewhere = f"`game-events trace {wanted} --lake` looks in a bucket too"
            raise RequestRefused(Problem.NOT_FOUND, f"it is nowhere here; {elsewhere}")
        return JSONResponse({"event_id": wanted, "events": events, "complete": found.complete})


@asynccontextmanager
async def _turn(turns: asyncio.Semaphore) -> AsyncIterator[None]:
    try:
        await asyncio.wait_for(turns.acquire(), SECONDS)
    except TimeoutError:
        raise RequestRefused(Problem.UNAVAILABLE, "others are looking for events; ask again") from None
    try:
        yield
    finally:
        turns.release()


def _uuid(text: str) -> str:
    if UUID.fullmatch(text) is None:
        error = http.FieldError(pointer="/event_id", rule="format", message="an event's id is a UUID")
        raise RequestRefused(Problem.INVALID_REQUEST, "see errors for each reason", errors=[error])
    return text.lower()


def _files(beyond: Sequence[extensions.Whereabouts]) -> list[str]:
    """Where the lines of what is known beyond lie."""
    return sorted({str(one.details["file"]) for one in beyond if one.details.get("file")})


@dataclass
class Traced:
    """Several may have one id: of two games, or with two contents. What was rejected is one by itself."""

    line: bytes = b""
    stream: str = "events"
    sightings: list[extensions.Whereabouts] = field(default_factory=list)

    def shown(self, event_id: str, caller: Caller) -> dict[str, Any] | None:
        """None for those who may not see it."""
        sees_all = SEES_ALL in caller.scopes
        seen = Seen(0, self.stream, self.line_or_what_is_known)
        fields = seen.fields
        if not caller.may_see(fields["game_id"] or "", fields["event_type"] or ""):
            return None
        shown = fields if sees_all else seen.masked_fields
        event = cut_texts(http.LiveEvent, {"id": event_id, **shown})
        return {"event": event, "sightings": [_sighting(one) for one in self.sightings]}

    @property
    def line_or_what_is_known(self) -> bytes:
        """Of an event whose line lies where this server does not read: what the warehouse says of it."""
        if self.line:
            return self.line
        said: dict[str, Any] = {}
        for one in self.sightings:
            said |= {name: one.details[name] for name in ("game_id", "event_type") if one.details.get(name)}
            said |= {"received_at": one.details["received_at"]} if one.details.get("received_at") else {}
        return json.dumps(said).encode()


def by_event(sightings: Sequence[extensions.Whereabouts]) -> list[Traced]:
    """By game and fingerprint; a warehouse knows a rejected one by the line of the lake that it is in."""
    events: dict[Any, Traced] = {}
    lines: dict[Any, Any] = {}
    for one in sightings:
        details = one.details
        place = (details.get("file"), details.get("row"))
        stream = "rejected" if "rejected" in (details.get("stream"), one.seen_in.removeprefix("raw-")) else "events"
        known_by = (stream, details.get("game_id"), details.get("fingerprint"))
        if not details.get("fingerprint"):
            known_by = lines.get(place, known_by)
        event = events.setdefault(known_by, Traced(stream=stream))
        event.sightings.append(one)
        if isinstance(one, Sighting):
            lines[place] = known_by
            event.line = event.line or one.line
    return list(events.values())


def _sighting(one: extensions.Whereabouts) -> dict[str, Any]:
    details = one.details
    at = details.get("at") or details.get("loaded_at")
    names = ("file", "row", "block", "sink", "reason", "attempts", "table", "event_date")
    counted = {name: str(details[name]) for name in COUNTED if details.get(name) is not None}
    fields = {"stage": one.seen_in, "at": at, **{name: details.get(name) for name in names}}
    return cut_texts(http.Sighting, {**fields, "counts_as": counted or None})
