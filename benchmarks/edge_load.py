"""A load generator of its own process: raw asyncio, keep-alive, one request at a time on each connection.

`python benchmarks/edge_load.py '{"port": …, "path": …, "template": FILE, "key": …, "connections": n, "seconds": s,
"rate": null | requests a second}'` prints one JSON object. In the template every `@ID@` becomes a new event id.
With a rate the load is an open loop: requests are due at fixed times whether or not earlier ones were answered, and
latency counts from the moment a request was due, so that a server that stalls cannot hide it. How late the generator
itself was is part of it.
"""

import asyncio
import itertools
import json
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import uvloop

GRACE_SECONDS = 5.0


def bodies(template: bytes) -> Iterator[bytes]:
    parts = template.split(b"@ID@")
    run = os.urandom(4).hex().encode()
    counter = itertools.count()
    for _ in iter(int, 1):
        whole = [parts[0]]
        for part in parts[1:]:
            whole.append(b"%b-0000-7000-8000-%012x" % (run, next(counter)))
            whole.append(part)
        yield b"".join(whole)


class Connection(asyncio.Protocol):
    """Sends one request, waits for its answer, tells `idle`."""

    def __init__(self, idle: Callable[["Connection", int], None]) -> None:
        self._idle = idle
        self._buffer = b""
        self.due = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is one without saying so

    def send(self, request: bytes, due: float) -> None:
        self.due = due
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        if len(rest) >= length:
            self._buffer = rest[length:]
            self._idle(self, int(head[9:12]))


class Load:
    def __init__(self, head: bytes, template: bytes, seconds: float, rate: float | None) -> None:
        self._head = head
        self._bodies = bodies(template)
        self._seconds = seconds
        self._rate = rate
        self._free: deque[Connection] = deque()
        self._due: deque[float] = deque()
        self._busy = 0
        self.statuses: dict[int, int] = {}
        self.latencies: list[float] = []

    def _send(self, connection: Connection, due: float) -> None:
        body = next(self._bodies)
        self._busy += 1
        connection.send(self._head % len(body) + body, due)

    def _idle(self, connection: Connection, status: int) -> None:
        self._busy -= 1
        now = time.perf_counter()
        if now <= self._end:
            self.statuses[status] = self.statuses.get(status, 0) + 1
        self.latencies.append(now - connection.due)
        if self._rate is not None:
            if self._due:
                self._send(connection, self._due.popleft())
            else:
                self._free.append(connection)
        elif now < self._end:
            self._send(connection, now)

    async def run(self, port: int, connections: int) -> None:
        loop = asyncio.get_running_loop()
        self._end = float("inf")
        opened = [
            (await loop.create_connection(lambda: Connection(self._idle), "127.0.0.1", port))[1]
            for _ in range(connections)
        ]
        start = time.perf_counter()
        self._end = start + self._seconds
        if self._rate is None:
            for connection in opened:
                self._send(connection, time.perf_counter())
            await asyncio.sleep(self._seconds)
        else:
            self._free.extend(opened)
            sent = 0
            while (now := time.perf_counter()) < self._end:
                while sent < (now - start) * self._rate:
                    due = start + sent / self._rate
                    sent += 1
                    if self._free:
                        self._send(self._free.popleft(), due)
                    else:
                        self._due.append(due)
                await asyncio.sleep(0.0005)
        until = time.perf_counter() + GRACE_SECONDS
        while self._busy and time.perf_counter() < until:
            await asyncio.sleep(0.01)
        for connection in opened:
            connection.transport.close()


def main() -> None:
    job = json.loads(sys.argv[1])
    head = (
        f"POST {job['path']} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {job['key']}\r\n"
        "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    )
    load = Load(head.encode(), Path(job["template"]).read_bytes(), job["seconds"], job["rate"])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(load.run(job["port"], job["connections"]))
    taken = load.statuses.get(202, 0)
    result = {"rps": taken / job["seconds"], "refused": sum(load.statuses.values()) - taken}
    result |= {f"p{q:g}_ms": quantile(load.latencies, q) * 1000 for q in (50, 99, 99.9)}
    if job["rate"] is not None:
        result["rate"] = job["rate"]
    print(json.dumps(result))


def quantile(values: list[float], percent: float) -> float:
    return sorted(values)[int(len(values) * percent / 100)] if values else 0.0


if __name__ == "__main__":
    main()
