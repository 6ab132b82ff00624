"""One request and its answer on the event paths, straight between the parser and the collector.

It stands where uvicorn's RequestResponseCycle stands and saves the task, the scope and the messages of ASGI, which
cost as much as everything the collector does with a small event (docs/decisions/0203).
"""

from collections.abc import Mapping

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from game_events_api.admission.admit import Arrival
from game_events_api.admission.body import too_large
from game_events_api.edge import responses
from game_events_api.edge.answers import Answer
from game_events_api.edge.collector import Collector
from game_events_api.edge.turns import Turn
from game_events_api.errors import RequestRefused


class Exchange(Turn):
    """Fed by the protocol while the request arrives, started when the connection's earlier requests are answered."""

    def __init__(
        self,
        collector: Collector,
        connection: HttpToolsProtocol,
        name: str,
        method: bytes,
        version: str,
        fields: Mapping[bytes, bytes],
        sender: bytes | None,
    ) -> None:
        self._collector = collector
        self._connection = connection
        self._name = name
        self._method = method
        self._fields = fields
        self._sender = sender
        self._transport = connection.transport
        self._expects_continue = connection.expect_100_continue
        self._arrival: Arrival | None = None
        self._body: bytes | bytearray = b""
        self._size = 0
        self._complete = False
        self.let_in = False
        self.keep_alive: bool = connection.parser.should_keep_alive() and version != "1.0"

    def start(self) -> None:
        """Look at the headers, then at the body as soon as it is there."""
        arrival = self._collector.begin(self._name, self._method, self._fields, self._sender)
        if isinstance(arrival, Answer):
            self._answer(arrival)
            return
        self._arrival = arrival
        self.let_in = True
        if self._size:
            self._hold(arrival)
        if self.response_complete:
            return
        if self._complete:
            self._take(arrival)
        elif self._expects_continue:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def feed(self, data: bytes) -> None:
        """A part of the body."""
        if self.response_complete:
            return
        self._size += len(data)
        if self._size == len(data):  # as nearly always: the only part
            self._body = data
        elif self._size <= self._collector.limits.body_bytes:
            if isinstance(self._body, bytes):
                self._body = bytearray(self._body)  # a list of parts would cost twenty times its bytes
            self._body += data
        if self._arrival is not None and self._size > self._collector.unheld_bytes:
            self._hold(self._arrival)

    def end(self) -> None:
        """The body is complete."""
        self._complete = True
        if self._arrival is not None and not self.response_complete:
            self._take(self._arrival)

    def lost(self) -> None:
        """The connection is gone. What is complete is stored all the same."""
        if self._arrival is not None and not self._complete and not self.response_complete:
            self.response_complete = True
            self._collector.abandon(self._arrival)

    def _hold(self, arrival: Arrival) -> None:
        try:
            if self._size > self._collector.limits.body_bytes:
                raise too_large(self._collector.limits.body_bytes)
            self._collector.hold(arrival, self._size)
        except RequestRefused as refused:
            self._body = b""
            self._answer(self._collector.refuse(arrival, refused))

    def _take(self, arrival: Arrival) -> None:
        body = bytes(self._body)
        self._body = b""  # an idle connection keeps its last exchange, and should not keep its body
        self._collector.take(arrival, body, self._answer)

    def _answer(self, answer: Answer) -> None:
        self.response_complete = True
        if self._transport.is_closing():
            return
        default_headers = [
            *self._connection.server_state.default_headers,
            *self._collector.admission.cors.fields(self._fields),
        ]
        # Who was not told to continue may never send the body, and nobody could tell it from the next request.
        unsent = self._expects_continue and not self._size and not self._complete
        closing, with_body = unsent or not self.keep_alive, self._method != b"HEAD"
        self._transport.write(responses.http(answer, default_headers, closing=closing, with_body=with_body))
        if closing:
            self._transport.close()
        self._connection.on_response_complete()
