"""Live: the newest events as they come, and one of them with its way and its document."""

import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from game_events_console.code import as_curl, as_sdk, first_event
from game_events_console.documents import lines_of
from game_events_console.inside import ApiProblem
from game_events_console.rendering import HEADERS, fragment
from game_events_console.visits import Pages, Visit
from game_events_console.warehouse_figures import counted
from game_events_console.ways import Other, Way, way_in, way_of

FILTERS = ("q", "verdict", "event", "game", "build", "player", "key")
TOTALS_SECONDS = 2.0


def routes(pages: Pages) -> list[Route]:
    return [
        pages.route("/live", _list, "live", "Live"),
        pages.route("/live/stream", _stream, "live", "Live"),
        pages.route("/live/{event}", _one, "live", "Live"),
    ]


def _wanted(visit: Visit) -> dict[str, str]:
    """The filters in the address."""
    query = visit.request.query_params
    return {name: query[name][:128] for name in FILTERS if query.get(name)}


async def _list(visit: Visit) -> Response:
    return await visit.page("live.html", "live", "Live", **await _listed(visit))


async def _listed(visit: Visit) -> dict[str, Any]:
    wanted = _wanted(visit)
    page = await visit.api.get("/v1/live", **wanted)
    all_of_it = page if not wanted else await visit.api.get("/v1/live", limit=1000)
    names = {"event": "event_type", "game": "game_id", "build": "build"}
    choices = {
        name: sorted({str(one[field]) for one in all_of_it["events"] if one[field]} | {wanted[name]} - {""})
        if wanted.get(name)
        else sorted({str(one[field]) for one in all_of_it["events"] if one[field]})
        for name, field in names.items()
    }
    rest = {name: {key: value for key, value in wanted.items() if key != name} for name in wanted}
    return {
        "events": page["events"],
        "unfiltered": len(all_of_it["events"]),
        "wanted": wanted,
        "an_id": wanted["q"] if _is_uuid(wanted.get("q", "")) else "",
        "choices": choices,
        "query": _query(wanted),
        "without": {name: _query(others) for name, others in rest.items()},
        "ledger": await visit.api.get("/v1/ledger"),
        "counted": await counted(visit.api),
        "first": first_event(),
    }


async def _one(visit: Visit) -> Response:
    event, way = await found(visit, visit.request.path_params["event"])
    values: dict[str, Any] = {
        "event": event,
        "lines": lines_of(event["document"], event["reasons"], fold=event["verdict"] == "rejected")
        if event["document"]
        else [],
        "way": way,
        "code": {"curl": as_curl(event["document"] or {}), "sdk": as_sdk(event["document"] or {})},
    }
    if visit.request.headers.get("x-partial") == "true":
        return await visit.page("event_drawer.html", "live", "Live", **values)
    return await visit.page("event.html", "live", event["event_type"] or "Event", **values)


async def found(visit: Visit, name: str) -> tuple[Mapping[str, Any], Way]:
    """One of the newest by what the list calls it, or any by its event_id and, where several carry that, `nth`."""
    if not _is_uuid(name):
        event = await one_event(visit, name)
        return event, await way_of(visit.api, event)
    traced, nth, complete = await _traced(visit, name)
    event, sightings = traced[nth]["event"], traced[nth]["sightings"]
    others = [
        Other(f"/console/live/{name}?nth={place}", one["event"]) for place, one in enumerate(traced) if place != nth
    ]
    return event, way_in(event, sightings, complete=complete, others=others, nth=nth)


async def one_event(visit: Visit, name: str) -> Mapping[str, Any]:
    """The same event without its way, which takes long to find."""
    event: Mapping[str, Any]
    if not _is_uuid(name):
        event = await visit.api.get(f"/v1/live/{name}")
    else:
        traced, nth, _ = await _traced(visit, name)
        event = traced[nth]["event"]
    return event


async def _traced(visit: Visit, event_id: str) -> tuple[Sequence[Mapping[str, Any]], int, bool]:
    """All that have the id, those that were accepted first, which of them is wanted, and whether that is all."""
    trace = await visit.api.get(f"/v1/trace/{event_id}")
    traced = sorted(trace["events"], key=lambda one: str(one["event"]["verdict"]))
    if not traced:
        detail = (
            f"it was not found, and not everything was looked through; `game-events trace {event_id}` takes its time"
        )
        raise ApiProblem(404, {"title": "Not found", "detail": detail})
    wanted = visit.request.query_params.get("nth")
    nth = next((place for place in range(len(traced)) if str(place) == wanted), 0)
    return traced, nth, trace["complete"]


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


async def _stream(visit: Visit) -> Response:
    query = _wanted(visit) | {"limit": "200"}
    if after := visit.request.query_params.get("after"):
        query["after"] = after
    messages = visit.api.stream("/v1/live", query, visit.request.headers.get("last-event-id"))
    first = await anext(messages)  # a refusal is an answer of its own

    async def rendered() -> AsyncIterator[str]:
        told = time.monotonic()
        yield f"{first}\n\n"
        async for message in messages:
            if time.monotonic() >= visit.session.until:
                return  # the key or token expired: the page comes again, and is led to the sign-in
            kind, event_id, data = _parsed(message)
            if kind == "live":
                row = _row(data)
                yield f"event: row\nid: {event_id}\ndata: {row}\n\n"
            elif kind == "state":
                yield f"event: state\ndata: {data}\n\n"
                if time.monotonic() - told >= TOTALS_SECONDS:
                    told = time.monotonic()
                    yield f"event: totals\ndata: {await _totals(visit)}\n\n"

    headers = HEADERS | {"x-accel-buffering": "no"}
    return StreamingResponse(rendered(), media_type="text/event-stream", headers=headers)


async def _totals(visit: Visit) -> str:
    made = fragment("macros.html", "line_of", await visit.api.get("/v1/ledger"), await counted(visit.api))
    return made.replace("\n", "")


@lru_cache(maxsize=2048)
def _row(data: str) -> str:
    """Many look at the same event: its row is made once."""
    return fragment("macros.html", "row", json.loads(data)).replace("\n", "")


def _parsed(message: str) -> tuple[str, str, str]:
    fields = dict(line.partition(": ")[::2] for line in message.split("\n"))
    return fields.get("event", ""), fields.get("id", ""), fields.get("data", "")


def _query(wanted: Mapping[str, str]) -> str:
    return f"?{urlencode(wanted)}" if wanted else ""
