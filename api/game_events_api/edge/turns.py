"""The requests of one connection in their order: one is under way at a time, and few are read ahead of it.

A read can hold ten thousand requests. What comes after the first that has to wait stays bytes until its turn: a request
that is parsed costs fifty times its bytes.
"""

import asyncio
from collections import deque

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from game_events_api.edge import responses
from game_events_api.edge.answers import Answer

SLICE_BYTES = 8 * 1024
"""So much is parsed at once; what a slice holds of further requests is parsed ahead of their turn."""


class _Nobody:
    """uvicorn wakes the ASGI task of a cycle through this; a turn has none."""

    def set(self) -> None:
        pass


class Turn:
    """A request that is answered without ASGI: it starts in its turn, and calls `on_response_complete` when answered.

    It stands where uvicorn's RequestResponseCycle stands.
    """

    message_event = _Nobody()
    keep_alive = False
    disconnected = False
    response_complete = False

    @property
    def response_started(self) -> bool:
        return self.response_complete

    def start(self) -> None:
        raise NotImplementedError


class Refusal(Turn):
    """The answer to what cannot be read as a request, in its turn; the connection ends with it."""

    def __init__(self, connection: HttpToolsProtocol, answer: Answer) -> None:
        self._connection = connection
        self._answer = answer

    def start(self) -> None:
        self.response_complete = True
        transport = self._connection.transport
        if not transport.is_closing():
            default_headers = self._connection.server_state.default_headers
            transport.write(responses.http(self._answer, default_headers, closing=True))
            transport.close()


class TakingTurns(HttpToolsProtocol):
    """Answers leave in the order of their requests, also to a sender that reads them slowly or sends no more."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.pipeline: deque[tuple[RequestResponseCycle | Turn, ASGI3Application]] = deque()  # type: ignore[assignment]
        self._unread = bytearray()
        self._busy = False
        self._held_back = False
        self._sender_finished = False
        self._deaf = False
        """Nothing more is read: a request said that it is the last, or could not be read."""

    def take_in(self, data: bytes) -> None:
        """Parse a slice of what arrived."""
        raise NotImplementedError

    def data_received(self, data: bytes) -> None:
        if self._deaf or self.transport.is_closing():
            return
        if len(data) <= SLICE_BYTES and not self._unread and not self.pipeline:
            self.take_in(data)
        else:
            if self.pipeline:
                self.flow.pause_reading()  # whatever the request under way did to read its own body
            self._unread += data
            self._read_on()

    def _read_on(self) -> None:
        """Until a request has to wait."""
        while self._unread and not self.pipeline:
            if self._deaf or self.transport.is_closing():
                self._unread.clear()
                return
            piece = bytes(self._unread[:SLICE_BYTES])
            del self._unread[:SLICE_BYTES]
            self.take_in(piece)

    def eof_received(self) -> bool:  # type: ignore[override] # asyncio takes either
        """Whether to keep the connection: for the answers to what was sent whole."""
        self._sender_finished = self._waits_for_answers()
        return self._sender_finished

    def _waits_for_answers(self) -> bool:
        raise NotImplementedError

    def on_response_complete(self) -> None:
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
        elif self.pipeline or self._unread:
            self.loop.call_soon(self._next_turn)  # not from within: a thousand refusals in a row are no recursion
        elif self._sender_finished:
            self.transport.close()
        else:
            self.flow.resume_reading()

    def _next_turn(self) -> None:
        if self._busy or self._held_back or self.transport.is_closing():
            return
        if self.pipeline:
            self._run(*self.pipeline.pop())
        if not self.pipeline:
            self._read_on()
        if not self.pipeline and not self._held_back:
            self.flow.resume_reading()

    def _start_asgi_task(self, cycle: RequestResponseCycle | Turn, app: ASGI3Application) -> None:
        """Start a request, or queue it."""
        if self._busy or self._held_back or self.pipeline:
            self.flow.pause_reading()
            self.pipeline.appendleft((cycle, app))
        else:
            self._run(cycle, app)

    def _run(self, cycle: RequestResponseCycle | Turn, app: ASGI3Application) -> None:
        self._busy = True
        if isinstance(cycle, RequestResponseCycle):
            super()._start_asgi_task(cycle, app)
        else:
            cycle.start()
