"""Both clients over real sockets to servers that are slow, silent, away or confused, and across a fork."""

import asyncio
import contextlib
import json
import os
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from game_events import AsyncGameAnalyticsClient, GameAnalyticsClient, InstallEvent, errors
from game_events import testing as fake
from game_events.identity import uuid7_str
from game_events.server import _ssl_context
from game_events.testing import FakeServer
from unit.sdk.fake_server import INSTALL, KEY, KINDS, Kind

Handler = Callable[[socket.socket], None]
TIMEOUT = 0.5


@contextlib.contextmanager
def listening(handle: Handler) -> Iterator[str]:
    """The URL of a server that gives each connection to `handle` in a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    closing = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            handle(connection)

    def accept() -> None:
        while not closing.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        closing.set()
        listener.close()


def request_of(connection: socket.socket) -> dict[str, Any] | None:
    """The event of the connection's next request; None when it ends."""
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(65536)
        if not piece:
            return None
        head += piece
    head, _, body = head.partition(b"\r\n\r\n")
    (length,) = re.findall(rb"(?im)^content-length: (\d+)", head)
    while len(body) < int(length):
        body += connection.recv(65536)
    event: dict[str, Any] = json.loads(body)
    return event


def receipt(event_id: str, status: str = "accepted") -> bytes:
    document = {"event_id": event_id, "status": status, "received_at": "2026-11-21T12:00:00Z", "correlation_id": "c-1"}
    body = json.dumps(document).encode()
    return b"HTTP/1.1 202 Accepted\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)


def away() -> bytes:
    return b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nretry-after: 60\r\n\r\n"


def drip(head: bytes) -> Handler:
    """Says the head at once, then a byte every 50 ms for ever."""

    def handle(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(head)
        while True:
            connection.sendall(b"x")
            time.sleep(0.05)

    return handle


def silent(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


def flood(connection: socket.socket) -> None:
    request_of(connection)
    connection.sendall(b"HTTP/1.1 202 Accepted\r\ntransfer-encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"10000\r\n%b\r\n" % (b"x" * 65536))


HANGING = {
    "silent": silent,
    "a byte of the head at a time": drip(b""),
    "a byte of a header at a time": drip(b"HTTP/1.1 202 Accepted\r\nx-slow: "),
    "a byte of the body at a time": drip(b"HTTP/1.1 202 Accepted\r\ncontent-length: 9999\r\n\r\n"),
    "an endless body": flood,
}


def send(kind: Kind, url: str, timeout: float, **fields: Any) -> Any:
    event = {**InstallEvent(**INSTALL).model_dump(mode="json"), **fields}
    if kind == "blocking":
        with GameAnalyticsClient(url, KEY, timeout=timeout) as client:
            return client.send_event(event)

    async def awaited() -> Any:
        async with AsyncGameAnalyticsClient(url, KEY, timeout=timeout) as client:
            return await client.send_event(event)

    return asyncio.run(awaited())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", HANGING)
def test_a_timeout_bounds_the_whole_call(kind: Kind, name: str) -> None:
    """Without its bound each of these calls never returns: the test's own time limit is what fails."""
    with listening(HANGING[name]) as url, pytest.raises(errors.ServerUnreachableError) as caught:
        send(kind, url, timeout=TIMEOUT)
    assert len(caught.value.event_ids) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_an_upload_that_nobody_reads_ends_too(kind: Kind) -> None:
    def deaf(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        time.sleep(30)

    large = {"properties": {"note": os.urandom(6_000_000).hex()}}
    with listening(deaf) as url, pytest.raises(errors.ServerUnreachableError):
        send(kind, url, timeout=TIMEOUT, **large)


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_is_started_again_is_no_error(kind: Kind) -> None:
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]  # and nobody listens there from here on
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)

    def start_later() -> None:
        time.sleep(1.5)
        server.bind(("127.0.0.1", port))
        server.listen()
        connection, _ = server.accept()
        with connection:
            event = request_of(connection)
            assert event is not None
            connection.sendall(receipt(event["event_id"]))

    starting = threading.Thread(target=start_later, daemon=True)
    starting.start()
    with server:
        assert send(kind, f"http://127.0.0.1:{port}", timeout=60).status == "accepted"
    starting.join()


def test_after_a_fork_nobody_gets_a_receipt_of_the_other_process() -> None:
    """The server answers 503 to each of the child; from a shared socket the child would read the parent's receipts."""

    def handle(connection: socket.socket) -> None:
        while (event := request_of(connection)) is not None:
            connection.sendall(away() if event["user_id"] == "child" else receipt(event["event_id"]))

    with listening(handle) as url:
        client = GameAnalyticsClient(url, KEY, timeout=20, max_attempts=1)
        assert client.send_install_event(**INSTALL).status == "accepted"
        children = []
        for _ in range(4):
            child = os.fork()
            if child == 0:
                code = 1
                try:
                    for _ in range(20):
                        with pytest.raises(errors.TryAgainLaterError):
                            client.send_install_event(**{**INSTALL, "user_id": "child"})
                        client._calls.rules.circuit.heard()  # this test asks every time
                    code = 0
                finally:
                    os._exit(code)
            children.append(child)
        for _ in range(80):
            event = InstallEvent(**INSTALL)
            assert client.send_event(event).event_id == event.event_id
        assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0, 0]
        client.close()


def test_a_fork_while_other_threads_send_leaves_the_child_able_to_send() -> None:
    def handle(connection: socket.socket) -> None:
        while (event := request_of(connection)) is not None:
            connection.sendall(receipt(event["event_id"]))

    with listening(handle) as url, GameAnalyticsClient(url, KEY) as client, ThreadPoolExecutor(4) as threads:
        sending = [threads.submit(lambda: client.send_install_event(**INSTALL)) for _ in range(200)]
        child = os.fork()
        if child == 0:
            try:
                os._exit(client.send_install_event(**INSTALL).status != "accepted")
            finally:
                os._exit(2)
        assert all(task.result().status == "accepted" for task in sending)
        assert os.waitpid(child, 0)[1] == 0


def test_the_event_loop_goes_on_while_an_event_is_sent() -> None:
    answer = threading.Event()

    def handle(connection: socket.socket) -> None:
        event = request_of(connection)
        assert event is not None
        answer.wait(30)
        connection.sendall(receipt(event["event_id"]))

    async def main(url: str) -> str:
        async with AsyncGameAnalyticsClient(url, KEY) as client:
            sending = asyncio.create_task(client.send_install_event(**INSTALL))
            for _ in range(100):
                await asyncio.sleep(0)
            assert not sending.done()
            answer.set()
            return (await sending).status

    with listening(handle) as url:
        assert asyncio.run(main(url)) == "accepted"


def test_no_certificates_are_read_for_plain_http_and_once_for_many_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    load = ssl.SSLContext.load_verify_locations

    def counted(self: ssl.SSLContext, *arguments: Any, **more: Any) -> None:
        read.append(1)
        load(self, *arguments, **more)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", counted)
    _ssl_context.cache_clear()
    for _ in range(3):
        GameAnalyticsClient("http://events.example.com", KEY).close()
        AsyncGameAnalyticsClient("http://127.0.0.1:1", KEY)
    assert read == []
    for _ in range(3):
        GameAnalyticsClient("https://events.example.com", KEY).close()
        AsyncGameAnalyticsClient("https://events.example.com", KEY)
    assert len(read) <= 1


def test_two_event_loops_share_an_asyncio_client() -> None:
    """Each has sockets of its own; what both enqueue goes once, by the task of one of them."""
    server = FakeServer(judges=False)

    async def use(client: AsyncGameAnalyticsClient) -> None:
        for _ in range(30):
            client.enqueue({"event_type": "install", "event_id": uuid7_str()})
            await client.send_event({"event_type": "install", "event_id": uuid7_str()})
        assert await client.flush() == 0
        await client._connection.close()  # those of this loop, which pytest would miss

    async def use_given(client: AsyncGameAnalyticsClient, http: httpx.AsyncClient) -> None:
        await client.send_event({"event_type": "install", "event_id": uuid7_str()})
        await http.aclose()

    with fake.listening(server.answer) as url:
        client = AsyncGameAnalyticsClient(url, KEY)
        threads = [threading.Thread(target=asyncio.run, args=(use(client),)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        asyncio.run(client.close())  # in a third one
        stats = client.stats()
        assert stats.delivered + stats.duplicate == 60  # a loop that ends cancels what it has under way
        assert len(server.events) == 120
        made = httpx.AsyncClient()
        given = AsyncGameAnalyticsClient(url, KEY, http=made)
        asyncio.run(use_given(given, made))
        with pytest.raises(errors.GameEventsError, match="serves another event loop; give a function"):
            asyncio.run(use_given(given, made))
