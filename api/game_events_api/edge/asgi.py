"""The event paths as an ASGI application, for requests that come another way than through `exchange.py`."""

import asyncio
from functools import partial

from starlette.types import ASGIApp, Receive, Scope, Send

from game_events_api.admission import body as bodies
from game_events_api.edge import responses
from game_events_api.edge.answers import Answer
from game_events_api.edge.collector import Collector
from game_events_api.errors import RequestRefused


class EventPaths:
    """Serves what `collector.paths` names; everything else goes to `app`."""

    def __init__(self, collector: Collector, app: ASGIApp) -> None:
        self._collector = collector
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or (name := self._collector.paths.get(scope["path"])) is None:
            await self._app(scope, receive, send)
        elif (answer := await self._answer(name, scope, receive)) is not None:
            await responses.asgi(answer, send)

    async def _answer(self, name: str, scope: Scope, receive: Receive) -> Answer | None:
        """None when the sender hung up."""
        collector = self._collector
        arrival = collector.begin(name, scope["method"].encode(), dict(scope["headers"]))
        if isinstance(arrival, Answer):
            return arrival
        try:
            body = await bodies.read(receive, collector.limits.body_bytes, partial(collector.hold, arrival))
        except bodies.Disconnected:
            collector.abandon(arrival)
            return None
        except RequestRefused as refused:
            return collector.refuse(arrival, refused)
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        collector.take(arrival, body, answered.set_result)
        return await answered
