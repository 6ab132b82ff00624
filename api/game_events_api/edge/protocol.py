"""uvicorn's HTTP protocol with what it lacks: bounds on connections and header bytes, deadlines, and a short way.

Requests to the event paths go to the collector directly (`exchange.py`), all others to the ASGI application.
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec
from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from game_events_api.edge import answers, responses
from game_events_api.edge.collector import Collector
from game_events_api.edge.exchange import Exchange
from game_events_api.errors import Problem, RequestRefused

UPGRADE_FIELDS = (b"upgrade", b"connection", b"http2-settings")
SWEEPS_PER_DEADLINE = 8


class Bounds(msgspec.Struct, frozen=True):
    """What a connection may cost."""

    max_header_bytes: int
    header_seconds: float
    """How long a request line and headers may take to arrive."""
    body_seconds: float
    keep_alive_seconds: float
    max_connections: int


class BoundedHttpProtocol(HttpToolsProtocol):
    """Closes connections whose headers are too large or whose request comes too slowly, with 431 or 408.

    A subclass made by `bounded` carries the bounds, because uvicorn constructs the protocol itself. Deadlines are
    enforced by `enforce_deadlines` walking over the connections: a timer for each request costs ten times as much
    as the moment noted here.
    """

    collector: Collector
    event_urls: Mapping[bytes, str]
    """Other spellings of these paths go to the ASGI application, which is the same collector."""
    bounds: Bounds

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._header_bytes = 0
        self._expects: Literal["headers", "body", "request"] = "headers"
        self._since = self.loop.time()
        self._busy = False
        self._held_back = False
        self._upgrading = False
        if len(self.connections) > self.bounds.max_connections:
            self._refuse(Problem.UNAVAILABLE, "too many connections")

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        if self._expects == "headers":
            self._header_bytes += len(data)
        self._feed(data)
        if self._expects == "headers" and self._header_bytes > self.bounds.max_header_bytes:
            self._headers_too_large()

    def _feed(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except HttpParserUpgrade as upgrade:
            self._ignore_upgrade(data[upgrade.args[0] :])
        except HttpParserError:
            self.send_400_response("")

    def _ignore_upgrade(self, rest: bytes) -> None:
        """Take the request as if it had not asked for another protocol (RFC 9110, 7.8), as some clients always do.

        The parser stops at such a request and has no way to go on, so a new one reads its head again, without the wish.
        """
        self._upgrading = False
        head = [b"%b %b HTTP/1.1" % (self.parser.get_method(), self.url)]
        head += [b"%b: %b" % field for field in self.headers if field[0] not in UPGRADE_FIELDS]
        self.parser = HttpRequestParser(self)
        self._feed(b"\r\n".join(head) + b"\r\n\r\n" + rest)

    def on_message_begin(self) -> None:
        self.url = b""
        self.expect_100_continue = False
        self.headers = []
        if self._expects != "headers":  # a further request on the connection
            self._expects = "headers"
            self._header_bytes = 0
            self._since = self.loop.time()

    def on_headers_complete(self) -> None:
        if (
            self._header_bytes > self.bounds.max_header_bytes
            and self._exact_header_bytes() > self.bounds.max_header_bytes
        ):
            self._headers_too_large()
            return
        if self.parser.should_upgrade():
            self._upgrading = True
            return
        self._expects = "body"
        name = self.event_urls.get(self.url)
        if name is None:
            self._make_scope()
            super().on_headers_complete()
        else:
            self._begin_exchange(name)
        self.headers = []  # trailers go here, not into the scope: they must not replace a header

    def _make_scope(self) -> None:
        """What `on_message_begin` does in uvicorn for every request; exchanges do without."""
        url, headers, expects_continue = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects_continue
        self.headers.extend(headers)

    def _begin_exchange(self, name: str) -> None:
        self.cycle = Exchange(self.collector, self, name)  # type: ignore[assignment]
        self._start_asgi_task(self.cycle, self.app)

    def on_body(self, body: bytes) -> None:
        if isinstance(self.cycle, Exchange):
            self.cycle.feed(body)
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if self._upgrading:
            return
        self._expects = "request"
        if isinstance(self.cycle, Exchange):
            self.cycle.end()
        else:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        self._since = self.loop.time()
        self._busy = False
        self._go_on()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._held_back:
            self._held_back = False
            self._go_on()

    def _go_on(self) -> None:
        """With the connection's next request, when it has one and when the answers so far are being read."""
        if self.transport.is_closing():
            return
        if self.flow.write_paused:
            self._held_back = True
            self.flow.pause_reading()
            return
        self.flow.resume_reading()
        if self.pipeline:
            self.loop.call_soon(self._start_next)  # not from within: a thousand refusals in a row are no recursion

    def _start_next(self) -> None:
        if self.pipeline and not self._busy and not self._held_back and not self.transport.is_closing():
            self._run(*self.pipeline.pop())

    def _start_asgi_task(self, cycle: RequestResponseCycle | Exchange, app: ASGI3Application) -> None:
        """Start a request, or queue it: answers leave in the order of their requests, so one is under way at a time."""
        if self._busy or self._held_back or self.pipeline:
            self.flow.pause_reading()
            self.pipeline.appendleft((cycle, app))  # type: ignore[arg-type]
        else:
            self._run(cycle, app)

    def _run(self, cycle: RequestResponseCycle | Exchange, app: ASGI3Application) -> None:
        self._busy = True
        if isinstance(cycle, Exchange):
            cycle.start()
        else:
            super()._start_asgi_task(cycle, app)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if isinstance(self.cycle, Exchange):
            self.cycle.lost()
        # It knows this connection, and this connection it: as a cycle both would stay until a full garbage collection.
        self.cycle = None  # type: ignore[assignment] # uvicorn starts with None too

    def check_deadline(self, now: float) -> None:
        """Close when the request that is under way took too long to arrive; `now` is the event loop's time."""
        waited = now - self._since
        if self._held_back and waited > self.bounds.body_seconds:
            self.transport.abort()  # the sender does not read its answers, so closing would wait for ever
            return
        if self._expects == "headers" and waited > self.bounds.header_seconds:
            self._refuse(
                Problem.REQUEST_TIMEOUT, f"the headers were not complete after {self.bounds.header_seconds:g} s"
            )
        elif self._expects == "body" and waited > self.bounds.header_seconds + self.bounds.body_seconds:
            self.transport.close()  # answered before, or reading was paused
        elif self._expects == "body" and waited > self.bounds.body_seconds and not self.cycle.response_started:
            self._refuse(Problem.REQUEST_TIMEOUT, f"the request was not complete after {self.bounds.body_seconds:g} s")
        elif self._expects == "request" and waited > self.bounds.keep_alive_seconds and self.cycle.response_complete:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        self._refuse(Problem.INVALID_HEADER, "this is not a well-formed HTTP/1.1 request")

    def _exact_header_bytes(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def _headers_too_large(self) -> None:
        self._refuse(
            Problem.HEADERS_TOO_LARGE, f"a request's headers hold at most {self.bounds.max_header_bytes:,} bytes"
        )

    def _refuse(self, problem: Problem, detail: str) -> None:
        if self.transport.is_closing():
            return
        if not self.pipeline and (self.cycle is None or self.cycle.response_complete or self._expects == "body"):
            answer = answers.problem(RequestRefused(problem, detail), "none")
            self.transport.write(responses.http(answer, self.server_state.default_headers, closing=True))
        # Otherwise an earlier request of the connection is not answered yet, and this would be taken for its answer.
        self.transport.close()


def bounded(collector: Collector, bounds: Bounds) -> type[BoundedHttpProtocol]:
    """The protocol class with this collector and these bounds."""
    attributes: dict[str, Any] = {
        "collector": collector,
        "event_urls": {path.encode(): name for path, name in collector.paths.items()},
        "bounds": bounds,
    }
    return type("Protocol", (BoundedHttpProtocol,), attributes)


async def enforce_deadlines(connections: Iterable[Any], bounds: Bounds) -> None:
    """Walk over the open connections, often enough for the shortest deadline, until cancelled."""
    loop = asyncio.get_running_loop()
    shortest = min(bounds.header_seconds, bounds.body_seconds, bounds.keep_alive_seconds)
    while True:
        await asyncio.sleep(min(1.0, shortest / SWEEPS_PER_DEADLINE))
        for connection in tuple(connections):
            connection.check_deadline(loop.time())
