"""uvicorn as a worker runs it: on a port shared with the others, draining before it stops."""

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import AsyncIterator, Coroutine
from typing import Any, Protocol

import uvicorn
from starlette.types import ASGIApp

from game_events_api.edge.protocol import BoundedHttpProtocol, Bounds
from game_events_api.edge.seats import Seats
from game_events_api.errors import ConfigurationError
from game_events_api.process.urls import authority


def listen(host: str, port: int) -> socket.socket:
    """A listening socket that shares its port with the other workers; the kernel spreads connections over them."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        where = authority(host, port)
        raise ConfigurationError(f"cannot listen on {where}: {error.strerror}; choose another port") from error
    listener.listen(2048)
    return listener


class Draining(Protocol):
    draining: bool

    def drain(self) -> None:
        """The server begins to shut down."""


class Server(uvicorn.Server):
    """uvicorn's server, which on SIGTERM first turns unready, then stops."""

    def __init__(self, config: uvicorn.Config, state: Draining, drain_seconds: float) -> None:
        super().__init__(config)
        self._state = state
        self._drain_seconds = drain_seconds

    def handle_exit(self, sig: int, frame: object) -> None:
        if self._state.draining:
            self.should_exit = True
            return
        self._state.drain()
        asyncio.get_running_loop().call_later(self._drain_seconds, setattr, self, "should_exit", True)

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        # asyncio's handlers instead of signal.signal's: they run in the loop, between callbacks.
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


def make_server(
    app: ASGIApp,
    protocol: type[BoundedHttpProtocol],
    state: Draining,
    *,
    drain_seconds: float,
    grace_seconds: float,
) -> Server:
    config = uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        lifespan="off",
        interface="asgi3",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=max(1, int(grace_seconds)),
    )
    return Server(config, state, drain_seconds)


async def serve(server: Server, bounds: Bounds, seats: Seats, listener: socket.socket) -> None:
    """Serve until SIGTERM; every request that was taken is answered and on disk when this returns."""
    async with meanwhile(seats.watch(bounds.shortest_deadline)):
        # What was imported and compiled lives as long as the process: the collector need not look at it again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 10, 10)
        await server.serve(sockets=[listener])


@contextlib.asynccontextmanager
async def meanwhile(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Until the block ends."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
