"""The protocol between a connection and the collector, with a transport that the test holds in its hands."""

import asyncio
import re
from typing import Any

import uvicorn
from game_events_api.edge.collector import Collector
from game_events_api.edge.protocol import BoundedHttpProtocol, Bounds, bounded
from unit.api.edge.played_edge import Edge, encoded, event, turn
from unit.api.edge.played_edge import edge as edge  # the fixture
from uvicorn.server import ServerState


class HeldTransport:
    """Keeps what is written."""

    def __init__(self) -> None:
        self.written = b""
        self.reading = True

    def write(self, data: bytes) -> None:
        self.written += data

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        raise AssertionError("nobody asked for it")

    def get_extra_info(self, name: str) -> Any:
        return None

    @property
    def statuses(self) -> list[int]:
        return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+)", self.written)]


async def no_app(scope: object, receive: object, send: object) -> None:
    raise AssertionError("not an event path")


def connected(collector: Collector, transport: HeldTransport) -> BoundedHttpProtocol:
    bounds = Bounds(
        max_header_bytes=1 << 15, header_seconds=10.0, body_seconds=20.0, keep_alive_seconds=75.0, max_connections=10
    )
    kind = bounded(collector, bounds)
    config = uvicorn.Config(no_app, lifespan="off", log_config=None, ws="none")
    protocol = kind(config, ServerState(), {}, asyncio.get_running_loop())
    protocol.connection_made(transport)  # type: ignore[arg-type]
    return protocol


def posted(body: bytes, key: str) -> bytes:
    head = f"POST /v1/events/install HTTP/1.1\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def test_answers_keep_their_order_when_they_are_not_read_and_a_commit_is_slow(edge: Edge) -> None:
    async def main() -> None:
        transport = HeldTransport()
        protocol = connected(edge.collector, transport)
        edge.spool.automatic = False
        protocol.pause_writing()
        refused = b"GET /v1/events/install HTTP/1.1\r\n\r\n"
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

    asyncio.run(main())
