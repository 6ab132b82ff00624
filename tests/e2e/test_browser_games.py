"""A game in a real browser sends events to a server of another origin: where it may, and where it may not."""

import json
import queue
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from conftest import RunningServer, ServerFactory
from e2e.browser import BROWSER
from integration.edge_wire import install
from needs_tools import find_tool

GAME = """<!doctype html><script type="module">
const send = async (url, key, event) => {
  try {
    const headers = {"Authorization": `Bearer ${key}`, "Content-Type": "application/json"};
    const answer = await fetch(url + "/v1/events/install", {method: "POST", headers, body: JSON.stringify(event)});
    const body = await answer.json();
    return {status: answer.status, rate: answer.headers.get("RateLimit"), named: body.correlation_id};
  } catch (error) { return {error: error.name}; }
};
const sent = [];
for (const {url, key, event} of %s) sent.push(await send(url, key, event));
await fetch("/sent", {method: "POST", body: JSON.stringify(sent)});
</script>"""


@contextmanager
def game_site(page: str, answers: "queue.Queue[Any]") -> Iterator[str]:
    """Serves the page of a game, which reports to it; yields its origin."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(page.encode())

        def do_POST(self) -> None:
            answers.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._answer(b"")

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    site = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{site.server_port}"
    finally:
        site.shutdown()
        site.server_close()


def order(server: RunningServer, key: str | None = None, **changes: object) -> dict[str, Any]:
    return {"url": server.url, "key": key or server.key, "event": install(platform="web", **changes)}


@pytest.mark.needs("chromium")
def test_a_browser_sends_events_where_its_pages_origin_is_allowed(start_server: ServerFactory, tmp_path: Path) -> None:
    answers: queue.Queue[Any] = queue.Queue()
    orders: list[Any] = []

    class Page(str):
        def encode(self, *_: Any) -> bytes:  # the orders are known only when the site's origin is
            return (GAME % json.dumps(orders)).encode()

    with game_site(Page(), answers) as origin:
        allowing = start_server(cors_origins=f"https://play.example,{origin}")
        for_all, silent = start_server(cors_origins="*"), start_server()
        elsewhere = start_server(cors_origins="https://play.example")
        orders += [
            order(allowing),
            order(for_all),
            order(allowing, key="nonsense"),
            order(allowing, install_source="carrier-pigeon"),
            order(silent),
            order(elsewhere),
        ]
        command = [str(find_tool("chromium")), *BROWSER, f"--user-data-dir={tmp_path}", f"{origin}/"]
        browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            sent = answers.get(timeout=90)
        finally:
            browser.kill()
            browser.wait()

    assert [answer.get("status") for answer in sent] == [202, 202, 401, 422, None, None]
    assert [answer.get("error") for answer in sent[4:]] == ["TypeError"] * 2
    assert all(answer["rate"] for answer in sent[:2]), "the exposed headers can be read"
    assert all(answer["named"] for answer in sent[:4])
