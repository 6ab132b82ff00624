"""uvicorn's HTTP protocol with what it lacks: a bound on header bytes and a deadline for headers."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from game_events_api import problems
from game_events_api.errors import RequestRefused


class BoundedHttpProtocol(HttpToolsProtocol):
    """Closes connections whose request headers are too large or come too slowly, with 431 or 408.

    A subclass made by `bounded` carries the limits, because uvicorn constructs the protocol itself.
    """

    max_header_bytes = 32 * 1024
    header_seconds = 10.0
    max_connections = 10_000

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._header_bytes = 0
        self._in_headers = True
        self._deadline = self.loop.call_later(self.header_seconds, self._headers_late)
        if len(self.connections) > self.max_connections:
            self._refuse(503, "unavailable", "too many connections")

    def connection_lost(self, exc: Exception | None) -> None:
        self._deadline.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_headers:
            self._header_bytes += len(data)
        super().data_received(data)
        if self._in_headers and self._header_bytes > self.max_header_bytes:
            self._refuse(431, "headers-too-large", f"a request's headers hold at most {self.max_header_bytes:,} bytes")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if not self._in_headers:  # a further request on the connection
            self._in_headers = True
            self._header_bytes = 0
            self._deadline = self.loop.call_later(self.header_seconds, self._headers_late)

    def on_headers_complete(self) -> None:
        self._in_headers = False
        self._deadline.cancel()
        super().on_headers_complete()

    def _headers_late(self) -> None:
        if self._in_headers:
            self._refuse(408, "request-timeout", f"the headers were not complete after {self.header_seconds:g} s")

    def _refuse(self, status: int, slug: str, detail: str) -> None:
        if self.transport.is_closing():
            return
        body = problems.body(RequestRefused(status, slug, detail), "none")
        head = f"HTTP/1.1 {status} {problems.TITLES[slug]}\r\nContent-Type: application/problem+json\r\n"
        head += f"Content-Length: {len(body)}\r\nX-Correlation-ID: none\r\nConnection: close\r\n"
        head += "Retry-After: 1\r\n\r\n" if status == 503 else "\r\n"
        self.transport.write(head.encode() + body)
        self.transport.close()


def bounded(max_header_bytes: int, header_seconds: float, max_connections: int) -> type[BoundedHttpProtocol]:
    """The protocol class with these limits."""
    limits: dict[str, Any] = {
        "max_header_bytes": max_header_bytes,
        "header_seconds": header_seconds,
        "max_connections": max_connections,
    }
    return type("Protocol", (BoundedHttpProtocol,), limits)
