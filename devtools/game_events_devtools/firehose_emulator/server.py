"""The service over HTTP, on a thread of its own."""

import json
import threading
import time
import uuid
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from game_events_devtools.firehose_emulator.destinations import Destination
from game_events_devtools.firehose_emulator.errors import ServiceError
from game_events_devtools.firehose_emulator.faults import Fault, FaultScript
from game_events_devtools.firehose_emulator.service import Service
from game_events_devtools.firehose_emulator.streams import StreamConfig

TARGET = "Firehose_20150804."
CONTENT_TYPE = "application/x-amz-json-1.1"
BODY_BYTES = 16 * 1024 * 1024
FLUSH_POLL_S = 0.1
STREAMS: Mapping[str, str] = {"game-events": "events/", "game-events-rejected": "rejected/"}
"""The product's own streams and their prefixes, created at start."""
ERRORS = "errors/!{firehose:error-output-type}/"
"""Under which the streams created at start put what they cannot deliver."""


class FirehoseEndpoint:
    """A context manager: listens while inside it.

    What it delivers goes to `destination`: `DirectoryDestination(path)`, `S3Destination(endpoint_url)` or one of your
    own. `streams` are created at start as name → prefix, gzipped, buffering `size_bytes` or `interval_seconds`.
    """

    def __init__(
        self,
        destination: Destination,
        *,
        bucket: str = "game-events-lake",
        streams: Mapping[str, str] = STREAMS,
        size_bytes: int = 5 * 1024 * 1024,
        interval_seconds: float = 60.0,
        host: str = "127.0.0.1",
        port: int = 0,
        faults: FaultScript | None = None,
    ) -> None:
        self.service = Service(destination, faults=faults)
        for name, prefix in streams.items():
            self.service.create(
                StreamConfig(
                    *(name, bucket, prefix, ERRORS),
                    size_bytes=size_bytes,
                    interval_seconds=interval_seconds,
                    gzip=True,
                )
            )
        service = self.service

        class Handler(_Handler):
            firehose = service

        self._server = _Server((host, port), Handler)
        self._stopped = threading.Event()
        self._threads = [
            threading.Thread(target=self._server.serve_forever, args=(0.05,), name="firehose-endpoint", daemon=True),
            threading.Thread(target=self._flush_due, name="firehose-endpoint-flush", daemon=True),
        ]

    @property
    def url(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    @property
    def faults(self) -> FaultScript:
        return self.service.faults

    def flush(self) -> None:
        """Write out every buffer now."""
        self.service.flush()

    def __enter__(self) -> "FirehoseEndpoint":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening and write out what is buffered, if the destination takes it."""
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()
        for thread in self._threads:
            thread.join()
        self.service._flush(lambda _stream: True)

    def _flush_due(self) -> None:
        while not self._stopped.wait(FLUSH_POLL_S):
            self.service.flush_due()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is none of the server's business."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    firehose: ClassVar[Service]

    def do_POST(self) -> None:
        try:
            length = int(self.headers.get("Content-Length", "0"))
        except ValueError:
            length = BODY_BYTES + 1
        if not 0 <= length <= BODY_BYTES:
            self.close_connection = True
            self._answer(413, {"__type": "RequestEntityTooLarge", "message": "The body is too large"})
            return
        body = self.rfile.read(length)
        operation = self.headers.get("X-Amz-Target", "").removeprefix(TARGET)
        fault = self.firehose.faults.next() if operation == "PutRecordBatch" else None
        if fault and fault.kind in ("reset", "hang", "refuse"):
            self._fail_before(fault)
            return
        try:
            request = json.loads(body)
            if not isinstance(request, dict):
                raise ServiceError("SerializationException", "The body must be a JSON object")
            answer = self.firehose.handle(operation, request, fault)
        except ValueError:
            self._answer(400, {"__type": "SerializationException", "message": "The body is not JSON"})
            return
        except ServiceError as error:
            self._answer(error.status, {"__type": error.code, "message": error.message})
            return
        if fault and fault.kind == "store-then-reset":
            self._hang_up()
            return
        self._answer_with(fault, answer)

    def _answer_with(self, fault: Fault | None, answer: dict[str, Any]) -> None:
        """Everything is stored; what is wrong may be the answer."""
        match fault.kind if fault else None:
            case "malformed":
                self._send(200, b'{"FailedPutCount": 0, "RequestResp')
            case "break-off" | "trickle" if fault:
                body = json.dumps(answer).encode()
                self._head(200, len(body))
                self._trickle(body, fault.seconds) if fault.kind == "trickle" else self.wfile.write(body[:-2])
                self._hang_up()
            case kind:
                if fault and kind == "store-then-hang":
                    time.sleep(fault.seconds)
                self._answer(200, answer)

    def _trickle(self, body: bytes, seconds: float) -> None:
        pause = 0.2
        for number in range(min(len(body) - 1, int(seconds / pause))):
            self.wfile.write(body[number : number + 1])
            self.wfile.flush()
            time.sleep(pause)

    def _fail_before(self, fault: Fault) -> None:
        if fault.kind == "reset":
            self._hang_up()
            return
        if fault.kind == "hang":
            time.sleep(fault.seconds)
            self._answer(503, {"__type": "ServiceUnavailableException", "message": "Too late."})
            return
        self._answer(fault.status, {"__type": fault.code, "message": "A scripted fault."})

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()

    def _answer(self, status: int, document: dict[str, Any]) -> None:
        self._send(status, json.dumps(document).encode())

    def _send(self, status: int, body: bytes) -> None:
        self._head(status, len(body))
        self.wfile.write(body)

    def _head(self, status: int, size: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", CONTENT_TYPE)
        self.send_header("Content-Length", str(size))
        self.send_header("x-amzn-RequestId", str(uuid.uuid4()))
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """The endpoint is quiet."""
