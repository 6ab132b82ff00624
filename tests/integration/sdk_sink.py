"""A server that takes batches of events over real sockets, answers as the product does, and remembers what arrived."""

import contextlib
import gzip
import json
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Sink:
    """`arrived` counts each event_id; set `is_away` to have it answer 503."""

    def __init__(self) -> None:
        self.arrived: Counter[str] = Counter()
        self.is_away = False
        self.url = ""
        self._lock = threading.Lock()

    def answer(self, body: bytes) -> tuple[int, bytes]:
        if self.is_away:
            return 503, b""
        about = {"received_at": "2026-11-21T12:00:00Z", "correlation_id": "c-1"}
        results = []
        with self._lock:
            for event in json.loads(body)["events"]:
                is_new = event["event_id"] not in self.arrived
                results.append({"event_id": event["event_id"], "status": "accepted" if is_new else "duplicate"})
                self.arrived[event["event_id"]] += 1
        counts = {name: sum(one["status"] == name for one in results) for name in ("accepted", "duplicate", "rejected")}
        return 202, json.dumps({**counts, "results": results, **about}).encode()


@contextlib.contextmanager
def sink() -> Iterator[Sink]:
    """One that listens on loopback."""
    taking = Sink()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            is_packed = self.headers.get("Content-Encoding") == "gzip"
            status, said = taking.answer(gzip.decompress(body) if is_packed else body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    taking.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield taking
    finally:
        server.shutdown()
        server.server_close()
