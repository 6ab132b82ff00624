"""A fake server on a real socket, for programs that another process runs."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx


@contextmanager
def listening(answer: Callable[[httpx.Request], httpx.Response]) -> Iterator[str]:
    """The address on loopback where `answer` says what a POST is answered, until the block ends.

    What it raises closes the connection without an answer.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                answered = answer(httpx.Request("POST", url + self.path, headers=dict(self.headers), content=body))
            except httpx.RequestError:
                self.close_connection = True
                return
            self.send_response(answered.status_code)
            headers = {**answered.headers, "content-length": str(len(answered.content))}  # once: httpx names are small
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answered.content)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield url
    finally:
        server.shutdown()
        server.server_close()
