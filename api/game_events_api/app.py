"""The whole server as one FastAPI application: `uvicorn game_events_api.app:app`, or mounted in another.

It serves every path of the public port. What is not here: delivery and the admin port, which are processes of their own
(what is mounted into a game's site is open to players), and what `game-events serve` does beside: its own protocol on
the event paths, deadlines for headers, bounds of connections, a supervisor.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

from fastapi import FastAPI
from game_events_models import contract
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from game_events_api.admission.admit import correlation_id_of
from game_events_api.edge import answers, responses
from game_events_api.errors import ApiError, Problem, RequestRefused
from game_events_api.process.worker import kept_up, opened
from game_events_api.settings import Environment, Settings


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; `settings` are those of the environment, read when it starts, unless they are given.

    Its lifespan claims a spool file and gives it up again. Whoever mounts it enters that lifespan, for Starlette enters
    only the outermost: `async with app.router.lifespan_context(app)`. Until then everything is answered 503.
    """
    service = Service(settings)
    app = Application(title="Game Events", lifespan=service.lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    app.mount("/", service)
    return app


class Application(FastAPI):
    """Says in one line why it does not start, where that is not a defect of ours."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await super().__call__(scope, receive, partial(_in_one_line, send) if scope["type"] == "lifespan" else send)

    def openapi(self) -> dict[str, Any]:
        """The contract: its paths are no routes of FastAPI's."""
        return contract.openapi()


class Service:
    """The worker's application, while it lives."""

    def __init__(self, settings: Settings | None) -> None:
        self._settings = settings
        self._app: ASGIApp | None = None
        self._body_seconds = 0.0

    @contextlib.asynccontextmanager
    async def lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        settings = self._settings or Environment.read(os.environ).of(Settings)
        worker = opened(settings)
        try:
            async with kept_up(worker):
                self._body_seconds = settings.body_seconds
                self._app = worker.app(worker.collector())
                try:
                    yield
                finally:
                    self._app = None
        finally:
            worker.spool.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._app is not None:
            timely = _timely(receive, self._body_seconds) if scope["type"] == "http" else receive
            await self._app(scope, timely, send)
        elif scope["type"] == "http":
            why = "the application has not started: enter its lifespan, app.router.lifespan_context(app)"
            await responses.asgi(answers.unavailable(why, correlation_id_of(dict(scope["headers"]))), send)


def _timely(receive: Receive, seconds: float) -> Callable[[], Awaitable[Message]]:
    """RequestRefused 408 when the body is not there in time; servers such as uvicorn wait for it for ever."""
    deadline = asyncio.get_running_loop().time() + seconds
    complete = False

    async def timely() -> Message:
        nonlocal complete
        if complete:
            return await receive()
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError:
            raise RequestRefused(Problem.REQUEST_TIMEOUT, f"the body took more than {seconds:g} seconds") from None
        complete = not message.get("more_body", False)
        return message

    return timely


async def _in_one_line(send: Send, message: Message) -> None:
    error = sys.exception()
    if message["type"] == "lifespan.startup.failed" and isinstance(error, ApiError | OSError):
        message = {**message, "message": f"game-events cannot start: {error}"}
    await send(message)


app = create_app()
