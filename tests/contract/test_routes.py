"""The server has the routes of the document, the document those of the server, and the server serves the document."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import httpx
from contract.stack import running_stack
from game_events_models import contract
from starlette.routing import Route

EXAMPLES = {"event_type": "install", "version": "1-0-0", "name": "spool-0:1"}


def ask(app: Any, method: str, path: str) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            return await client.request(method, path)

    return asyncio.run(send())


def unnamed(path: str) -> str:
    """A path whose parameters may be called anything."""
    return re.sub(r"{[^}]+}", "{}", path)


def test_every_documented_operation_has_a_route(tmp_path: Path) -> None:
    with running_stack(tmp_path) as stack:
        for path, item in contract.openapi()["paths"].items():
            for method in item:
                answer = ask(stack.app, method.upper(), path.format(**EXAMPLES))
                assert answer.status_code not in (404, 405), (method, path)


def test_every_route_is_documented(tmp_path: Path) -> None:
    with running_stack(tmp_path) as stack:
        event_paths = stack.app
        routes = {(path, "post") for path in event_paths._collector.paths}
        for route in event_paths._app._app._app.routes:
            assert isinstance(route, Route)
            routes |= {(route.path, method.lower()) for method in (route.methods or set()) - {"HEAD"}}
    documented = {(path, method) for path, item in contract.openapi()["paths"].items() for method in item}
    assert {(unnamed(path), method) for path, method in routes} == {(unnamed(p), method) for p, method in documented}


def test_whatever_can_be_got_answers_head_without_the_body(tmp_path: Path) -> None:
    with running_stack(tmp_path) as stack:
        for path, item in contract.openapi()["paths"].items():
            if "get" in item:
                got, head = (ask(stack.app, method, path.format(**EXAMPLES)) for method in ("GET", "HEAD"))
                assert (head.status_code, head.content) == (got.status_code, b""), path
                assert head.headers["content-type"] == got.headers["content-type"], path
                refused = ask(stack.app, "PUT", path.format(**EXAMPLES))
                assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD"), path


def test_the_server_serves_exactly_the_bundle(tmp_path: Path) -> None:
    with running_stack(tmp_path) as stack:
        answer = ask(stack.app, "GET", "/openapi.json")
        page = ask(stack.app, "GET", "/docs")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-correlation-id"]
    assert json.loads(answer.content) == contract.openapi()
    assert re.search(r"""url: ['"]/openapi.json['"]""", page.text)
