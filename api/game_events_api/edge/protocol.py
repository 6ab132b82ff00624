"""uvicorn's HTTP protocol with what it lacks: bounds on connections and on requests, deadlines, and a short way.

Requests to the event paths go to the collector directly (`exchange.py`), all others to the ASGI application. What is no
request that this server speaks gets one answer, and its connection ends.
"""

import asyncio
from collections.abc import Hashable, Mapping
from typing import Any, Literal

import msgspec
from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

from game_events_api.admission.addresses import Addresses
from game_events_api.edge import answers, request_head, responses
from game_events_api.edge.answers import Answer
from game_events_api.edge.collector import Collector
from game_events_api.edge.exchange import Exchange
from game_events_api.edge.seats import Seats
from game_events_api.edge.turns import SLICE_BYTES, Refusal, TakingTurns
from game_events_api.errors import Problem, RequestRefused


class Bounds(msgspec.Struct, frozen=True):
    """What a connection may cost."""

    max_header_bytes: int
    max_body_bytes: int
    header_seconds: float
    """How long a request line and headers may take to arrive."""
    body_seconds: float
    keep_alive_seconds: float

    @property
    def shortest_deadline(self) -> float:
        return min(self.header_seconds, self.body_seconds, self.keep_alive_seconds)


class BoundedHttpProtocol(TakingTurns):
    """Closes connections whose requests are too large or come too slowly, with 4xx.

    A subclass made by `bounded` carries the bounds, because uvicorn constructs the protocol itself. Deadlines are
    enforced by `Seats.watch` walking over the connections: a timer for each request costs ten times as much
    as the moment noted here.
    """

    addresses: Addresses
    collector: Collector
    """Only where there are event paths."""
    event_urls: Mapping[bytes, str]
    """Other spellings of these paths go to the ASGI application, which is the same collector."""
    bounds: Bounds
    seats: Seats

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._header_bytes = 0
        self._wire_bytes = 0  # of the request behind its head: the body and what frames it
        self._body_bytes = 0
        self._expects: Literal["headers", "body", "request"] = "headers"
        self._since = self.loop.time()
        self._address = self.addresses.of_peer(self.client[0] if self.client else None)
        self.seat_of: Hashable = self if self._address is None else self._address
        if not self.seats.take(self):
            self._refuse_now(RequestRefused(Problem.UNAVAILABLE, "too many connections"))

    def take_in(self, data: bytes) -> None:
        if self._expects == "body":
            self._wire_bytes += len(data)
        else:
            self._header_bytes += len(data)
        self._feed(data)
        if self._deaf:
            return
        if self._expects == "body":
            self._bound_body()
        elif self._header_bytes > self.bounds.max_header_bytes:
            self._refuse(self._headers_too_large())

    def _feed(self, data: bytes) -> None:
        while data:
            try:
                self.parser.feed_data(data)
                return
            except HttpParserUpgrade as upgrade:
                data = self._parse_again(data[upgrade.args[0] :])
            except HttpParserError as error:
                refused = error.__context__  # what a callback raised
                if not isinstance(refused, RequestRefused):
                    refused = RequestRefused(Problem.INVALID_HEADER, "this is not a well-formed HTTP/1.1 request")
                self._refuse(refused)
                return

    def _parse_again(self, rest: bytes) -> bytes:
        """What to feed a new parser: the head without its wish for another protocol, and what comes behind it.

        The parser stops at such a head and has no way to go on.
        """
        version = self.parser.get_http_version()
        head = [b"%b %b HTTP/%b" % (self.parser.get_method(), self.url, version.encode())]
        head += [b"%b: %b" % field for field in self.headers]
        self.parser = HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        return b"\r\n".join(head) + b"\r\n\r\n" + rest

    def _bound_body(self) -> None:
        """Chunk sizes, their extensions and trailers count with the headers, beside as much again as the body has."""
        if self._wire_bytes - self._body_bytes > self.bounds.max_header_bytes + self._body_bytes:
            self._refuse(self._headers_too_large())
        elif self._body_bytes > 2 * self.bounds.max_body_bytes:  # it was told, and goes on
            self.transport.close()

    def on_message_begin(self) -> None:
        if self._deaf:
            raise RequestRefused(Problem.INVALID_HEADER, "the request before this was the connection's last")
        self.url = b""
        self.expect_100_continue = False
        self.headers = []
        if self._expects != "headers":  # a further request on the connection
            self._expects = "headers"
            self._header_bytes = 0
            self._since = self.loop.time()

    def on_url(self, url: bytes) -> None:
        self.url += url
        if len(self.url) > request_head.MAX_TARGET_BYTES:
            limit = f"a request's target has at most {request_head.MAX_TARGET_BYTES:,} bytes"
            raise RequestRefused(Problem.URI_TOO_LONG, limit)

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        if len(self.headers) > request_head.MAX_FIELDS:
            limit = f"a request has at most {request_head.MAX_FIELDS} header fields"
            raise RequestRefused(Problem.HEADERS_TOO_LARGE, limit)

    def on_headers_complete(self) -> None:
        method, version = self.parser.get_method(), self.parser.get_http_version()
        fields = request_head.fields_of(self.headers)
        request_head.check(method, version, fields)
        limit = self.bounds.max_header_bytes
        # What is counted may lack the slice in which the head began.
        if self._header_bytes + SLICE_BYTES > limit and self._exact_header_bytes() > limit:
            raise self._headers_too_large()
        if self.parser.should_upgrade():
            self.headers = request_head.without_upgrade(version, self.headers)
            return
        if version == "1.0":
            self.expect_100_continue = False
        name = self.event_urls.get(self.url)
        if name is None:
            self.url = request_head.path_and_query(method, self.url, fields)
            name = self.event_urls.get(self.url)
        self._expects = "body"
        self._wire_bytes = self._body_bytes = 0
        if name is None:
            self._make_scope(fields)
            super().on_headers_complete()
        else:
            sender = self.addresses.of_request(self._address, fields)
            self.cycle = Exchange(self.collector, self, name, method, version, fields, sender)  # type: ignore[assignment]
            self._start_asgi_task(self.cycle, self.app)
        self.headers = []  # trailers go here, not into the scope: they must not replace a header

    def _make_scope(self, fields: Mapping[bytes, bytes]) -> None:
        """What `on_message_begin` does in uvicorn for every request; exchanges do without."""
        url, expects_continue = self.url, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects_continue
        self.headers.extend(fields.items())

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        if isinstance(self.cycle, Exchange):
            self.cycle.feed(body)
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        self._expects = "request"
        self._header_bytes = 0
        self._deaf = not self.cycle.keep_alive
        if isinstance(self.cycle, Exchange):
            self.cycle.end()
        else:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        self._since = self.loop.time()
        super().on_response_complete()

    def _waits_for_answers(self) -> bool:
        return bool((self._busy and self._expects != "body") or self.pipeline or self._unread)

    def waits_for_sender(self, now: float) -> tuple[bool, float]:
        if self._busy and self._expects != "body":
            return False, 0.0
        let_in = isinstance(self.cycle, Exchange) and self.cycle.let_in
        return not let_in, now - self._since

    def make_room(self) -> None:
        self._refuse_now(RequestRefused(Problem.UNAVAILABLE, "too many connections"))

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.seats.leave(self)
        if isinstance(self.cycle, Exchange):
            self.cycle.lost()
        # It knows this connection, and this connection it: as a cycle both would stay until a full garbage collection.
        self.cycle = None  # type: ignore[assignment] # uvicorn starts with None too

    def check_deadline(self, now: float) -> None:
        """Close when the request that is under way took too long to arrive; `now` is the event loop's time."""
        waited = now - self._since
        if self._held_back and waited > self.bounds.body_seconds:
            self.transport.abort()  # the sender does not read its answers, so closing would wait for ever
        elif self._expects == "headers" and waited > self.bounds.header_seconds:
            self._refuse_now(_too_slow("the headers were", self.bounds.header_seconds))
        elif self._expects == "body" and waited > self.bounds.header_seconds + self.bounds.body_seconds:
            self.transport.close()  # answered before, or reading was paused
        elif self._expects == "body" and waited > self.bounds.body_seconds and not self.cycle.response_started:
            self._refuse_now(_too_slow("the request was", self.bounds.body_seconds))
        elif self._expects == "request" and waited > self.bounds.keep_alive_seconds and self.cycle.response_complete:
            self.transport.close()

    def _exact_header_bytes(self) -> int:
        return len(self.url) + sum([len(name) + len(value) + 4 for name, value in self.headers])

    def _headers_too_large(self) -> RequestRefused:
        limit = f"a request's headers hold at most {self.bounds.max_header_bytes:,} bytes, its framing and trailers too"
        return RequestRefused(Problem.HEADERS_TOO_LARGE, limit)

    def _refuse(self, refused: RequestRefused) -> None:
        """What is being read cannot be taken: say so in its turn, and read no more."""
        if self._deaf:
            return
        self._deaf = True
        if self._expects == "body":
            if not self.pipeline:
                self._refuse_now(refused)
                return
            self.pipeline.popleft()  # the request that is being read
        self.cycle = Refusal(self, _answer(refused))  # type: ignore[assignment]
        self._start_asgi_task(self.cycle, self.app)

    def _refuse_now(self, refused: RequestRefused) -> None:
        if self.transport.is_closing():
            return
        if self._may_answer():
            self.transport.write(responses.http(_answer(refused), self.server_state.default_headers, closing=True))
        self.transport.close()

    def _may_answer(self) -> bool:
        """Whether what is written now is taken for the answer to what is being read."""
        if self._expects == "body":
            return self._busy and not self.pipeline and not self.cycle.response_started
        return self.cycle is None or self.cycle.response_complete


def _answer(refused: RequestRefused) -> Answer:
    return answers.problem(refused, "none")


def _too_slow(what: str, seconds: float) -> RequestRefused:
    return RequestRefused(Problem.REQUEST_TIMEOUT, f"{what} not complete after {seconds:g} s")


def bounded(
    addresses: Addresses, bounds: Bounds, seats: Seats, collector: Collector | None = None
) -> type[BoundedHttpProtocol]:
    """The protocol class with these bounds and seats; without a collector there are no event paths."""
    attributes: dict[str, Any] = {
        "addresses": addresses,
        "collector": collector,
        "event_urls": {path.encode(): name for path, name in collector.paths.items()} if collector else {},
        "bounds": bounds,
        "seats": seats,
    }
    return type("Protocol", (BoundedHttpProtocol,), attributes)
