"""Raw requests for the edge's tests: bytes out, status in, nothing between that would repair what is broken."""

import contextlib
import json
import select
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import uuid4

from conftest import RunningServer

CLOSED = 0
"""Stands for an answer: the server closed the connection without one."""


def install(**changes: object) -> dict[str, object]:
    """A valid event, with changes; a change to None leaves the field out."""
    event: dict[str, object] = {
        "event_id": str(uuid4()),
        "event_type": "install",
        "schema_version": "1-0-0",
        "event_time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "user_id": "user-1",
        "session_id": str(uuid4()),
        "game_id": "space-miner",
        "platform": "ios",
        "app_version": "1.2.3",
        "environment": "production",
        "install_source": "organic",
    }
    event.update(changes)
    return {name: value for name, value in event.items() if value is not None}


def encoded(document: object) -> bytes:
    return json.dumps(document).encode()


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def problem(self) -> str:
        return str(json.loads(self.body)["type"]).rpartition(":")[2]


class Wire:
    """One connection to a server."""

    def __init__(self, server: RunningServer, timeout_s: float = 15.0) -> None:
        address = urlsplit(server.url)
        assert address.hostname is not None
        assert address.port is not None
        self._socket = socket.create_connection((address.hostname, address.port), timeout_s)
        self._buffer = b""

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # refused early, the answer may still be read
            self._socket.sendall(data)

    def finish(self) -> None:
        """Say that nothing more will come."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def answer(self) -> Answer:
        """The next answer; status CLOSED when the connection ends first. TimeoutError when neither happens in time."""
        while b"\r\n\r\n" not in self._buffer:
            if not self._more():
                return Answer(CLOSED, {}, self._buffer)
        head, _, rest = self._buffer.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {
            name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])
        }
        length = int(headers.get("content-length", "0"))
        while len(rest) < length:
            if not self._more():  # HEAD announces a length and sends no body; a server killed here sends no more
                self._buffer = b""  # or the next call would take this head for one more answer
                return Answer(int(lines[0].split(" ")[1]), headers, b"")
            rest = self._buffer.partition(b"\r\n\r\n")[2]
        self._buffer = rest[length:]
        status = int(lines[0].split(" ")[1])
        if status == 100:
            return self.answer()
        return Answer(status, headers, rest[:length])

    def rest(self) -> bytes:
        """Everything up to the connection's end."""
        while self._more():
            pass
        return self._buffer

    def answered(self) -> bool:
        """Whether an answer, or the connection's end, has begun to arrive."""
        return bool(self._buffer or select.select([self._socket], [], [], 0)[0])

    def closed(self) -> bool:
        """Whether the server ends the connection, within the time-out, without a further answer."""
        return not self._buffer and not self._more()

    def _more(self) -> bool:
        try:
            data = self._socket.recv(65536)
        except ConnectionResetError:
            return False
        self._buffer += data
        return bool(data)


def request(
    server: RunningServer,
    body: bytes,
    path: str = "/v1/events/install",
    method: str = "POST",
    headers: dict[str, str | None] | None = None,
) -> bytes:
    """A request that is right apart from what is given; a header of None is left out."""
    fields: dict[str, str | None] = {
        "Host": "localhost",
        "Authorization": f"Bearer {server.key}",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        **(headers or {}),
    }
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items() if value is not None)]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def post(server: RunningServer, body: bytes, path: str = "/v1/events/install", **headers: str) -> Answer:
    """One request on a connection of its own."""
    with Wire(server) as wire:
        wire.send(
            request(server, body, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        )
        return wire.answer()
