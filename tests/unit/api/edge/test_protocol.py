"""The protocol between a connection and the collector, with a transport that the test holds in its hands."""

import asyncio
import re
import tracemalloc
from typing import Any

import pytest
import uvicorn
from game_events_api.edge.collector import Collector
from game_events_api.edge.protocol import BoundedHttpProtocol, Bounds, bounded
from game_events_api.edge.seats import Seats
from unit.api.edge.played_edge import Edge, encoded, event, turn
from unit.api.edge.played_edge import edge as edge  # the fixture
from uvicorn.server import ServerState


class HeldTransport:
    """Keeps what is written."""

    def __init__(self) -> None:
        self.written = b""
        self.reading = True
        self.closed = False

    def write(self, data: bytes) -> None:
        self.written += data

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def get_extra_info(self, name: str) -> Any:
        return None

    @property
    def statuses(self) -> list[int]:
        return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+)", self.written)]


async def no_app(scope: object, receive: object, send: object) -> None:
    raise AssertionError("not an event path")


def connected(collector: Collector, transport: HeldTransport) -> BoundedHttpProtocol:
    bounds = Bounds(
        max_header_bytes=1 << 15,
        max_body_bytes=1 << 20,
        header_seconds=10.0,
        body_seconds=20.0,
        keep_alive_seconds=75.0,
    )
    kind = bounded(collector.admission.addresses, bounds, Seats(10), collector)
    config = uvicorn.Config(no_app, lifespan="off", log_config=None, ws="none")
    protocol = kind(config, ServerState(), {}, asyncio.get_running_loop())
    protocol.connection_made(transport)  # type: ignore[arg-type]
    return protocol


def posted(body: bytes, key: str) -> bytes:
    head = f"POST /v1/events/install HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def test_answers_keep_their_order_when_they_are_not_read_and_a_commit_is_slow(edge: Edge) -> None:
    async def main() -> None:
        transport = HeldTransport()
        protocol = connected(edge.collector, transport)
        edge.spool.automatic = False
        protocol.pause_writing()
        refused = b"GET /v1/events/install HTTP/1.1\r\nHost: x\r\n\r\n"
        protocol.data_received(refused + posted(encoded(event()), edge.key) + posted(b"{}", "nokey"))
        await turn()
        assert not transport.reading
        protocol.resume_writing()
        await turn()
        assert transport.statuses == [405], "the commit is still under way"
        edge.spool.commit()
        await turn()
        assert transport.statuses == [405, 202, 401]
        assert transport.reading
        assert not transport.closed

    asyncio.run(main())


GET = b"GET /v1/events/install HTTP/1.1\r\nHost: x\r\n\r\n"
CHUNKED = b"POST /v1/events/install HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"


def answered(edge: Edge, *parts: bytes) -> tuple[list[int], bool]:
    """The statuses, and whether the connection ended with them."""

    async def main() -> tuple[list[int], bool]:
        transport = HeldTransport()
        protocol = connected(edge.collector, transport)
        for part in parts:
            protocol.data_received(part)
            await turn()
        for _ in range(1000):
            await asyncio.sleep(0)
        return transport.statuses, transport.closed

    return asyncio.run(main())


@pytest.mark.parametrize(
    "framing",
    [
        b"0\r\nX-Trailer: " + b"x" * 100_000,
        b"0\r\n" + b"X: y\r\n" * 10_000,
        b"1;extension=" + b"x" * 100_000,
        b"1;a=b\r\n \r\n" * 10_000,
        b"0" * 100_000,
    ],
)
@pytest.mark.parametrize("pieces", [1, 50])
def test_what_frames_a_body_is_bounded_as_the_headers_are(edge: Edge, framing: bytes, pieces: int) -> None:
    size = len(framing) // pieces
    parts = [framing[start : start + size] for start in range(0, len(framing), size)]
    head = CHUNKED + f"Authorization: Bearer {edge.key}\r\nContent-Type: application/json\r\n\r\n".encode()
    assert answered(edge, head, *parts) in (([431], True), ([400], True))
    assert answered(edge, head + parts[0], *parts[1:]) in (([431], True), ([400], True))


def test_a_body_in_small_chunks_passes(edge: Edge) -> None:
    body = encoded(event())
    head = CHUNKED + f"Authorization: Bearer {edge.key}\r\nContent-Type: application/json\r\n\r\n".encode()
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body)
    assert answered(edge, head + chunks + b"0\r\nX-Trailer: fine\r\n\r\n" + GET) == ([202, 405], False)


def test_a_trailer_that_never_ends_takes_no_memory(edge: Edge) -> None:
    async def main() -> int:
        transport = HeldTransport()
        protocol = connected(edge.collector, transport)
        protocol.data_received(CHUNKED + b"\r\n0\r\nX: ")
        tracemalloc.start()
        for _ in range(100):
            protocol.data_received(b"x" * 100_000)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    assert asyncio.run(main()) < 1_000_000


def test_a_refused_body_is_read_to_twice_its_limit_and_no_further(edge: Edge) -> None:
    head = b"POST /v1/events/install HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (1 << 40)
    assert answered(edge, head, b" " * (2 << 20)) == ([401], False)
    assert answered(edge, head, b" " * (2 << 20), b" ") == ([401], True)


def test_pipelined_requests_are_parsed_as_their_turn_comes(edge: Edge) -> None:
    async def main() -> None:
        transport = HeldTransport()
        protocol = connected(edge.collector, transport)
        edge.spool.automatic = False
        protocol.data_received(posted(encoded(event()), edge.key) + GET * 2_000)
        await turn()
        assert len(protocol.pipeline) < 500
        assert not transport.reading
        edge.spool.commit()
        while len(transport.statuses) < 2_001:
            await asyncio.sleep(0)
        assert transport.statuses == [202, *[405] * 2_000]
        assert transport.reading

    asyncio.run(main())


@pytest.mark.parametrize(
    ("garbage", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (b"GET /" + b"x" * 9_000, 414),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200, 431),
        (b"GET / HTTP/1.1\r\nX: " + b"y" * 60_000, 431),
        (CHUNKED + b"\r\nnonsense", 400),
    ],
)
def test_what_cannot_be_read_is_answered_in_its_turn_and_ends_the_connection(
    edge: Edge, garbage: bytes, status: int
) -> None:
    first = posted(encoded(event()), edge.key)
    assert answered(edge, first + garbage + GET, GET) == ([202, status], True)
    # By itself the last one is refused for its lack of a key, before its body is seen to be none.
    assert answered(edge, first, garbage) == ([202, 401 if garbage.startswith(CHUNKED) else status], True)


@pytest.mark.parametrize("wish", ["Upgrade: h2c\r\nConnection: {}Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk"])
@pytest.mark.parametrize("close", ["", "close, "])
def test_a_connection_that_is_to_close_closes_whatever_else_was_wished(edge: Edge, wish: str, close: str) -> None:
    request = posted(encoded(event()), edge.key).replace(b"Host: x", b"Host: x\r\n" + wish.format(close).encode())
    assert answered(edge, request + GET, GET) == (([202], True) if close else ([202, 405, 405], False))


def test_nothing_behind_a_last_request_is_served(edge: Edge) -> None:
    last = posted(encoded(event()), "nokey").replace(b"Host: x", b"Host: x\r\nConnection: close")
    assert answered(edge, last + posted(encoded(event()), edge.key)) == ([401], True)
    assert edge.spool.entries == []


def test_thousands_of_wishes_for_another_protocol_are_no_recursion(edge: Edge) -> None:
    wish = GET.replace(b"Host: x", b"Host: x\r\nUpgrade: h2c\r\nConnection: Upgrade")
    assert answered(edge, wish * 1_500) == ([405] * 1_500, False)


def test_a_sender_that_ends_its_side_gets_its_answers(edge: Edge) -> None:
    async def main() -> None:
        transport = HeldTransport()
        protocol = connected(edge.collector, transport)
        edge.spool.automatic = False
        protocol.data_received(posted(encoded(event()), edge.key) + GET)
        assert protocol.eof_received(), "the connection stays open"
        edge.spool.commit()
        await turn()
        assert (transport.statuses, transport.closed) == ([202, 405], True)

    asyncio.run(main())


@pytest.mark.parametrize("sent", [b"", GET[:20], CHUNKED, CHUNKED + b"\r\n5\r\n", GET])
def test_a_sender_that_ends_its_side_with_nothing_to_answer_is_gone(edge: Edge, sent: bytes) -> None:
    async def main() -> None:
        protocol = connected(edge.collector, HeldTransport())
        protocol.data_received(sent)
        assert not protocol.eof_received()

    asyncio.run(main())


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_only_http_1_1_is_told_to_continue(edge: Edge, version: str) -> None:
    async def main() -> None:
        transport = HeldTransport()
        protocol = connected(edge.collector, transport)
        head, _, body = posted(encoded(event()), edge.key).partition(b"\r\n\r\n")
        head = head.replace(b"HTTP/1.1", b"HTTP/" + version.encode())
        protocol.data_received(head + b"\r\nExpect: 100-continue\r\n\r\n")
        assert transport.statuses == ([100] if version == "1.1" else [])
        protocol.data_received(body)
        await turn()
        assert transport.statuses[-1] == 202

    asyncio.run(main())


def test_a_sender_that_waited_in_vain_to_continue_is_told_that_the_connection_ends(edge: Edge) -> None:
    refused = posted(b"{}", "nokey").replace(b"Host: x", b"Host: x\r\nExpect: 100-continue")[:-2]
    assert answered(edge, refused) == ([401], True)
