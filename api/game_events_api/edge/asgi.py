"""The event paths as an ASGI application, for requests that come another way than through `exchange.py`."""

import asyncio
from functools import partial

from starlette.types import ASGIApp, Receive, Scope, Send

from game_events_api.admission import body as bodies
from game_events_api.admission.addresses import Addresses
from game_events_api.admission.admit import Arrival, correlation_id_of
from game_events_api.edge import answers, responses
from game_events_api.edge.answers import Answer
from game_events_api.edge.collector import Collector
from game_events_api.edge.request_head import fields_of
from game_events_api.errors import RequestRefused


def path_within(scope: Scope) -> str:
    """The path below the one that the application is mounted at."""
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    return path.removeprefix(root) if path.startswith(f"{root}/") else path


class Charged:
    """Takes each request of its address's rate before `app` sees it."""

    def __init__(self, addresses: Addresses, app: ASGIApp) -> None:
        self._addresses = addresses
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = fields_of(scope["headers"])
            try:
                self._addresses.charge(self._addresses.of_client(scope, headers))
            except RequestRefused as refused:
                await responses.asgi(answers.problem(refused, correlation_id_of(headers)), send)
                return
        await self._app(scope, receive, send)


class EventPaths:
    """Serves what `collector.paths` names; everything else goes to `app`."""

    def __init__(self, collector: Collector, app: ASGIApp) -> None:
        self._collector = collector
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = self._collector.paths.get(path_within(scope)) if scope["type"] == "http" else None
        if name is None:
            await self._app(scope, receive, send)
            return
        headers = fields_of(scope["headers"])
        sender = self._collector.admission.addresses.of_client(scope, headers)
        arrival = self._collector.begin(name, scope["method"].encode(), headers, sender)
        answer = arrival if isinstance(arrival, Answer) else await self._answer(arrival, receive)
        if answer is not None:
            await responses.asgi(answer, send, self._collector.admission.cors.fields(headers))

    async def _answer(self, arrival: Arrival, receive: Receive) -> Answer | None:
        """None when the sender hung up."""
        collector = self._collector
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
