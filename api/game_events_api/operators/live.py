"""`GET /v1/live`: the newest events of all workers, a page at once or one after the other as they come."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from game_events_models.http import Live, LiveEvent

from game_events_api.admission.callers import Caller
from game_events_api.errors import Problem, RequestRefused
from game_events_api.live.feed import Feed
from game_events_api.live.seen import SEES_ALL, Filter, Seen
from game_events_api.live.watching import Full, Viewer, Watching
from game_events_api.operators.extensions import Surface
from game_events_api.operators.parameters import Parameters
from game_events_api.operators.shapes import cut_texts

LIMIT = 200
STATE_SECONDS = 2.0
"""Between two messages of how much comes; a connection that is silent for longer is dead."""
STREAM_SECONDS = 300.0
"""Then it ends, the client comes again where it was, and its key is looked at anew."""


def add_live(app: FastAPI, surface: Surface) -> None:
    watching = Watching(Feed(surface.data_dir))
    surface.at_the_end(watching.end)
    parameters = Parameters("/v1/live")
    reader = Depends(surface.authorised("read"))

    @app.get("/v1/live", response_model=Live)
    async def live(request: Request, caller: Annotated[Caller, reader]) -> Response:
        query = parameters.of(request)
        limit, after = query.pop("limit", LIMIT), query.pop("after", None)
        view = _View(watching, caller, Filter(**query))
        if "text/event-stream" in request.headers.get("accept", ""):
            place = watching.place(request.headers.get("last-event-id") or after)
            return StreamingResponse(
                await view.stream(place, limit),
                media_type="text/event-stream",
                headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
            )
        await watching.looked()
        return JSONResponse(view.page(limit), headers={"Cache-Control": "no-store"})

    @app.get("/v1/live/{event}", response_model=LiveEvent)
    async def live_event(event: str, caller: Annotated[Caller, reader]) -> Response:
        await watching.looked()
        view = _View(watching, caller, Filter())
        found = watching.feed.numbered(watching.place(event) or 0)
        if found is None or not view.has(found):
            raise RequestRefused(Problem.NOT_FOUND, "it is not among the newest events any more; trace it by its id")
        return JSONResponse(view.shown(found), headers={"Cache-Control": "no-store"})


class _View:
    """What one caller is shown."""

    def __init__(self, watching: Watching, caller: Caller, wanted: Filter) -> None:
        self._watching = watching
        self._caller = caller
        self._filter = wanted
        self._sees_all = SEES_ALL in caller.scopes

    def has(self, seen: Seen) -> bool:
        fields = seen.fields
        may_see = self._caller.may_see(fields["game_id"] or "", fields["event_type"] or "")
        return may_see and self._filter.matches(seen, sees_all=self._sees_all)

    def shown(self, seen: Seen) -> dict[str, Any]:
        fields = seen.fields if self._sees_all else seen.masked_fields
        return cut_texts(LiveEvent, {"id": f"{self._watching.epoch}-{seen.number}", **fields})

    def page(self, limit: int) -> dict[str, Any]:
        """The newest first."""
        found = [seen for seen in reversed(self._watching.feed.after(0)) if self.has(seen)]
        return {"events": [self.shown(seen) for seen in found[:limit]], "state": self.state}

    @property
    def state(self) -> dict[str, Any]:
        feed = self._watching.feed
        one_in = {"one_in": feed.one_in["events"], "rejected_one_in": feed.one_in["rejected"]}
        return {**one_in, "per_second": round(feed.per_second, 1)}

    async def stream(self, place: int | None, limit: int) -> AsyncIterator[str]:
        """Messages of server-sent events; RequestRefused 503 when too many look."""
        entering = self._watching.viewer(self._filter, place)
        try:
            viewer = await entering.__aenter__()
        except Full:
            message = "as many look at the live events as may; close another page of it"
            raise RequestRefused(Problem.UNAVAILABLE, message) from None

        async def messages() -> AsyncIterator[str]:
            try:
                async for message in self._messages(viewer, limit):
                    yield message
            finally:
                await entering.__aexit__(None, None, None)

        return messages()

    async def _messages(
        self, viewer: Viewer, limit: int, monotonic: Callable[[], float] = time.monotonic
    ) -> AsyncIterator[str]:
        ends, told = monotonic() + STREAM_SECONDS, 0.0
        yield "retry: 1000\n\n"
        while monotonic() < ends and not self._watching.ended:
            found = [seen for seen in await viewer.next(STATE_SECONDS) if self.has(seen)]
            for seen in found[-limit:]:
                yield _message("live", self.shown(seen), f"{self._watching.epoch}-{seen.number}")
            if monotonic() - told >= STATE_SECONDS:
                told = monotonic()
                yield _message("state", self.state)
            await asyncio.sleep(0)


def _message(kind: str, data: Mapping[str, Any], event_id: str | None = None) -> str:
    named = "" if event_id is None else f"id: {event_id}\n"
    return f"event: {kind}\n{named}data: {json.dumps(data, ensure_ascii=False)}\n\n"
