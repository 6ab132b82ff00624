"""uvicorn's HTTP protocol with what it lacks: bounds on connections and header bytes, and deadlines."""

import asyncio
from collections.abc import Iterable
from typing import Any, Literal

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from game_events_api import problems
from game_events_api.errors import RequestRefused

SWEEPS_PER_DEADLINE = 8


class BoundedHttpProtocol(HttpToolsProtocol):
    """Closes connections whose headers are too large or whose request comes too slowly, with 431 or 408.

    A subclass made by `bounded` carries the limits, because uvicorn constructs the protocol itself. Deadlines are
    enforced by `enforce_deadlines` walking over the connections: a timer for each request costs ten times as much
    as the moment noted here.
    """

    max_header_bytes = 32 * 1024
    header_seconds = 10.0
    body_seconds = 20.0
    max_connections = 10_000

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._header_bytes = 0
        self._expects: Literal["headers", "body", "request"] = "headers"
        self._since = self.loop.time()
        if len(self.connections) > self.max_connections:
            self._refuse(503, "unavailable", "too many connections")

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        if self._expects == "headers":
            self._header_bytes += len(data)
        super().data_received(data)
        if self._expects == "headers" and self._header_bytes > self.max_header_bytes:
            self._headers_too_large()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._expects != "headers":  # a further request on the connection
            self._expects = "headers"
            self._header_bytes = 0
            self._since = self.loop.time()

    def on_headers_complete(self) -> None:
        if self._header_bytes > self.max_header_bytes and self._exact_header_bytes() > self.max_header_bytes:
            self._headers_too_large()
            return
        self._expects = "body"
        super().on_headers_complete()
        self.headers = []  # trailers go here, not into the scope: they must not replace a header

    def on_message_complete(self) -> None:
        self._expects = "request"
        super().on_message_complete()

    def check_deadline(self, now: float) -> None:
        """Close when the request that is under way took too long to arrive; `now` is the event loop's time."""
        waited = now - self._since
        if self._expects == "headers" and waited > self.header_seconds:
            self._refuse(408, "request-timeout", f"the headers were not complete after {self.header_seconds:g} s")
        elif self._expects == "body" and waited > self.header_seconds + self.body_seconds:
            self.transport.close()  # answered before, or reading was paused
        elif self._expects == "body" and waited > self.body_seconds and not self.cycle.response_started:
            self._refuse(408, "request-timeout", f"the request was not complete after {self.body_seconds:g} s")

    def send_400_response(self, msg: str) -> None:
        self._refuse(400, "invalid-header", "this is not a well-formed HTTP/1.1 request")

    def _exact_header_bytes(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def _headers_too_large(self) -> None:
        self._refuse(431, "headers-too-large", f"a request's headers hold at most {self.max_header_bytes:,} bytes")

    def _refuse(self, status: int, slug: str, detail: str) -> None:
        if self.transport.is_closing():
            return
        if not self.pipeline and (self.cycle is None or self.cycle.response_complete or self._expects == "body"):
            body = problems.body(RequestRefused(status, slug, detail), "none")
            head = f"HTTP/1.1 {status} {problems.TITLES[slug]}\r\nContent-Type: application/problem+json\r\n"
            head += f"Content-Length: {len(body)}\r\nX-Correlation-ID: none\r\nConnection: close\r\n"
            head += "Retry-After: 1\r\n\r\n" if status == 503 else "\r\n"
            self.transport.write(head.encode() + body)
        # Otherwise an earlier request of the connection is not answered yet, and this would be taken for its answer.
        self.transport.close()


def bounded(
    *, max_header_bytes: int, header_seconds: float, body_seconds: float, max_connections: int
) -> type[BoundedHttpProtocol]:
    """The protocol class with these limits."""
    limits: dict[str, Any] = {
        "max_header_bytes": max_header_bytes,
        "header_seconds": header_seconds,
        "body_seconds": body_seconds,
        "max_connections": max_connections,
    }
    return type("Protocol", (BoundedHttpProtocol,), limits)


async def enforce_deadlines(connections: Iterable[Any], shortest_seconds: float) -> None:
    """Walk over the open connections, often enough for the shortest deadline, until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(min(1.0, shortest_seconds / SWEEPS_PER_DEADLINE))
        for connection in tuple(connections):
            connection.check_deadline(loop.time())
