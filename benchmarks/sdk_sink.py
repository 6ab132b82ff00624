"""A sink that takes what any of the SDKs sends and counts it, in a process of its own."""

import contextlib
import gzip
import json
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Sink:
    """`arrived` counts each event by the id that its SDK gave it."""

    def __init__(self) -> None:
        self.arrived: Counter[str] = Counter()
        self.url = ""

    def answer(self, path: str, body: bytes) -> tuple[int, bytes]:
        """The status and body for a request."""
        document = json.loads(body)
        if path == "/v1/events/batch":
            ids = [event["event_id"] for event in document["events"]]
            said: dict[str, Any] = {"accepted": len(ids), "duplicate": 0, "rejected": 0, **_ABOUT}
            said["results"] = [{"event_id": event_id, "status": "accepted"} for event_id in ids]
        elif path.startswith("/v1/events/"):
            ids = [document["event_id"]]
            said = {"event_id": ids[0], "status": "accepted", **_ABOUT}
        else:  # segment, rudder and posthog have a list `batch`, snowplow one `data`
            given = document.get("batch") or document.get("data")
            ids = [one.get("messageId") or one.get("uuid") or one.get("eid") for one in given]
            self.arrived.update(ids)
            return 200, b'{"status":1}'
        self.arrived.update(ids)
        return 202, json.dumps(said).encode()


_ABOUT = {"received_at": "2026-11-21T12:00:00Z", "correlation_id": "c-1"}


@contextlib.contextmanager
def sink() -> Iterator[Sink]:
    """One that listens on loopback until the block ends."""
    taking = Sink()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            is_packed = "gzip" in (self.headers.get("Content-Encoding") or "")
            status, said = taking.answer(self.path.partition("?")[0], gzip.decompress(body) if is_packed else body)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    taking.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield taking
    finally:
        server.shutdown()
        server.server_close()
