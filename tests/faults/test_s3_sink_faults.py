"""The S3 sink over a real server and a real client: what S3 does to it, and where it may die."""

import gzip
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from faults.delivery_simulation import BUCKET, PREFIX, World
from faults.failing_services import ids_of
from faults.fault_script import S3_FAULTS, Window
from faults.test_delivery_faults import check, folder
from game_events_api import ledger
from game_events_api.delivery.aws import client
from game_events_api.delivery.engine import Engine
from game_events_api.delivery.s3_sink import Bucket, S3Sink
from s3_server import CREDENTIALS, REGION, S3Server, s3_server
from unit.api.delivery.simulation import SimulatedClock
from unit.api.delivery.spool_maker import SpoolMaker, line
from unit.stored_lines import event_id

__all__ = ["folder"]
SEEDS = 10
READ_SECONDS = 0.3


@pytest.fixture
def s3() -> Iterator[S3Server]:
    with s3_server(BUCKET) as server:
        yield server


@pytest.mark.parametrize("kind", [*S3_FAULTS, "crash-after-announcing", "crash-before-fulfilling", "spool-disk-full"])
def test_each_fault_over_a_real_server(kind: str, folder: Path, s3: S3Server) -> None:
    world = World(folder, 7, ("s3",), [Window(kind, 3.0, 13.0)], s3)
    try:
        world.run(writing_seconds=15.0)
        check(world)
    finally:
        world.close()
    assert world.faults.happened[kind] > 0, "the fault did not happen"


class Front:
    """Stands before S3 and does to each request what it is told, once: then it lets all through."""

    def __init__(self, s3: S3Server, faults: list[str]) -> None:
        self.requests: list[str] = []
        self.released = threading.Event()
        front = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_PUT(self) -> None:
                front.pass_on(self, s3.url, faults.pop(0) if faults else "")

            do_HEAD = do_PUT

            def log_message(self, *_arguments: Any) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def pass_on(self, request: BaseHTTPRequestHandler, s3_url: str, fault: str) -> None:
        self.requests.append(request.command)
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        request.close_connection = bool(fault)
        if fault in ("500", "503"):
            request.send_response(int(fault))
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        if fault == "not-http":
            request.wfile.write(b"what?\r\n\r\n")
            return
        if fault == "reset":
            return
        headers = {name: value for name, value in request.headers.items() if name.lower() != "expect"}
        answer = httpx.request(request.command, f"{s3_url}{request.path}", headers=headers, content=body)
        if fault == "store-then-hang":
            self.released.wait(30)
        if fault:
            return
        request.send_response(answer.status_code)
        for name in ("ETag", "Content-Length", "Last-Modified"):
            if name in answer.headers:
                request.send_header(name, answer.headers[name])
        request.end_headers()

    @contextmanager
    def running(self) -> Iterator["Front"]:
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.released.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()


@pytest.mark.parametrize("fault", ["500", "503", "not-http", "reset", "store-then-reset", "store-then-hang"])
@pytest.mark.parametrize("times", [1, 3])
def test_what_the_wire_does_neither_loses_nor_doubles(
    tmp_path: Path, s3: S3Server, fault: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    clock = SimulatedClock()
    SpoolMaker(tmp_path).append([line(number) for number in range(5)])
    with Front(s3, [fault] * times).running() as front:
        boto = client(
            "s3", endpoint_url=front.url, region=REGION, connect_timeout=READ_SECONDS, read_timeout=READ_SECONDS
        )
        engine = Engine(tmp_path, [S3Sink(Bucket(BUCKET, PREFIX, s3=boto), clock=clock)], clock=clock)
        try:
            while clock.now < 2.0 or not engine.drained():
                assert clock.now < 600.0, front.requests
                clock.advance(max(engine.step(), 0.05))
        finally:
            engine.close()
            boto.close()

    assert len(front.requests) > times, "the fault did not happen"
    arrived = ids_of(text for data in s3.contents.values() for text in gzip.decompress(data).splitlines())
    assert arrived == Counter({event_id(number): 1 for number in range(5)})
    assert len(s3.contents) == 1
    assert ledger.read(tmp_path).total("delivered") == 5
