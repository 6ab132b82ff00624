"""A sender that does whatever hurts, until its time is over: `hostile_load.py PORT KEY SECONDS sent|held`.

`sent` is what is sent again and again, `held` what is begun and left. Each way is a task of its own that goes on
whatever it is answered. Prints a line when it begins, and at the end one JSON object: the answers that each way got, by
status; 0 stands for a connection that ended without one.
"""

import asyncio
import contextlib
import gzip
import itertools
import json
import random
import resource
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from uuid import uuid4

CLOSED = 0
ANSWER_SECONDS = 30.0
UNFINISHED, IDLE, LARGE = 2_000, 500, 100
PIECE = 64 * 1024


def install(**changes: object) -> dict[str, object]:
    return {
        "event_id": str(uuid4()),
        "event_type": "install",
        "schema_version": "1-0-0",
        "event_time": datetime.now(UTC).isoformat(),
        "user_id": "user-1",
        "session_id": str(uuid4()),
        "game_id": "space-miner",
        "platform": "ios",
        "app_version": "1.2.3",
        "environment": "production",
        "install_source": "organic",
        **changes,
    }


def encoded(document: object) -> bytes:
    return json.dumps(document).encode()


class Hostile:
    """The ways, against one port."""

    def __init__(self, port: int, key: str) -> None:
        self._port = port
        self._key = key
        self.answers: dict[str, Counter[int]] = {}

    def request(
        self, body: bytes, path: str = "/v1/events/install", *, packed: bool = False, key: str | None = None
    ) -> bytes:
        body = gzip.compress(body, 6) if packed else body
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key or self._key}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return head.encode() + b"Content-Encoding: gzip\r\n" * packed + b"\r\n" + body

    async def run(self, ways: Sequence[Awaitable[None]], seconds: float) -> None:
        """Every way at once."""
        print("begins", flush=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await asyncio.gather(*ways)

    def sent(self) -> list[Awaitable[None]]:
        batch = "/v1/events/batch"
        wrong = {f"wrong name {number} !": [] for number in range(4_800)}
        large = [install(properties={f"wrong {n} {m}!": "x" * 8 for m in range(300)}) for n in range(500)]
        repeated = {
            "a refused event of 61 KB": self.request(encoded(install(properties=wrong)), packed=True),
            "a refused batch": self.request(encoded({"events": large})[: 8 << 20], batch, packed=True),
            "slow numbers": self.request(b'{"events":[%b1e308]}' % (b"1e308," * 1_300_000), batch, packed=True),
            "long integers": self.request(b'{"events":[%b]}' % (b"9" * 1_000_000), batch),
            "deep nesting": self.request(b"[" * 1_000_000, packed=True),
            "a bomb": self.request(b" " * (64 << 20), packed=True),
            "malformed": self.request(b"{"),
            "no key": self.request(encoded(install()), key="none"),
            "no type": self.request(b"{}").replace(b"application/json", b"text/plain"),
            "CONNECT": b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n",
            "an upgrade": b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
            "no Host": b"GET /health HTTP/1.1\r\n\r\n",
            "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "garbage": bytes(range(256)) * 40,
        }
        ways = [self._again_and_again(name, lambda data=data: data) for name, data in repeated.items()]
        games = itertools.count()
        ways.append(
            self._again_and_again(
                "invented games", lambda: self.request(encoded(install(game_id=f"invented-{next(games)}")))
            )
        )
        endless = b"POST /v1/events/install HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        ways += [self._endless("trailers", endless + b"0\r\nX: "), self._endless("an extension", endless + b"1;a=")]
        ways += [
            self._endless("a header", b"GET / HTTP/1.1\r\nX: "),
            self._endless("a body", endless + b"7fffffff\r\n"),
        ]
        return [*ways, self._pipelining()]

    def held(self) -> list[Awaitable[None]]:
        ways = []
        whole = self.request(encoded(install()))
        announced = self.request(b"x" * 1_000_000)
        for name, data, count in (
            ("unfinished", whole[:-1], UNFINISHED),
            ("idle", b"", IDLE),
            ("half a head", whole[:40], IDLE),
            ("large and unfinished", announced[:900_000], LARGE),
        ):
            ways += [self._held(name, data) for _ in range(count)]
        return ways

    async def _connected(
        self, name: str, talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[int]]
    ) -> None:
        """One connection; whatever it comes to is counted."""
        status = CLOSED
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            await asyncio.sleep(0.1)
            return
        try:
            status = await talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            pass
        finally:
            self.answers.setdefault(name, Counter())[status] += 1
            writer.transport.abort()

    async def _again_and_again(self, name: str, make: Callable[[], bytes]) -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
            while True:
                writer.write(make())
                status = await answer(reader)
                if status == CLOSED:
                    return CLOSED
                self.answers.setdefault(name, Counter())[status] += 1
                await asyncio.sleep(0)

        while True:
            await self._connected(name, talk)

    async def _endless(self, name: str, begin: bytes) -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
            writer.write(begin)
            answered = asyncio.ensure_future(answer(reader))
            try:
                while not writer.is_closing():
                    writer.write(b"x" * PIECE)
                    await writer.drain()
                    if answered.done() and reader.at_eof():
                        break
            finally:
                answered.cancel()
            return answered.result() if answered.done() and not answered.cancelled() else CLOSED

        while True:
            await self._connected(name, talk)

    async def _held(self, name: str, data: bytes) -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
            writer.write(data)
            async with asyncio.timeout(3600):
                return await answer(reader, 3600)

        while True:
            await asyncio.sleep(random.random())  # so that they do not come in one moment
            await self._connected(name, talk)

    async def _pipelining(self) -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
            for _ in range(200):  # and never reads an answer
                writer.write(self.request(b"{") * 50)
                async with asyncio.timeout(2):
                    await writer.drain()
            return CLOSED

        while True:
            await self._connected("pipelined and never read", talk)


async def answer(reader: asyncio.StreamReader, seconds: float = ANSWER_SECONDS) -> int:
    """The status of the next answer; CLOSED when there is none."""
    async with asyncio.timeout(seconds):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, OSError):
            return CLOSED
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length or 0))
    return int(head.split(b" ", 2)[1])


def main() -> None:
    port, key, seconds, part = int(sys.argv[1]), sys.argv[2], float(sys.argv[3]), sys.argv[4]
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    hostile = Hostile(port, key)
    asyncio.run(hostile.run(hostile.sent() if part == "sent" else hostile.held(), seconds))
    print(json.dumps({name: dict(counts) for name, counts in hostile.answers.items()}))


if __name__ == "__main__":
    main()
