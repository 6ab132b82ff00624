"""The server has the routes of the document, the document those of the server, and the server serves the document."""

import asyncio
import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import referencing
from contract.stack import Stack, running_stack
from fastapi.routing import APIRoute
from game_events_contract.columns import compare_events
from game_events_contract.compatibility import compare
from game_events_contract.repository import ROOT
from game_events_models import contract, http
from starlette.routing import BaseRoute, Mount, Route

EXAMPLES = {
    "event_type": "install",
    "version": "1-0-0",
    "name": "spool-0:1",
    "event_id": "x",
    "asset": "start.js",
    "event": "1-1",
}
SURFACES = {"public": {"public"}, "admin": {"admin"}, "both": {"public", "admin"}}


def ask(app: Any, method: str, path: str) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            return await client.request(method, path)

    return asyncio.run(send())


def routes_of(stack: Stack) -> list[BaseRoute]:
    """Of both ports, without whole applications that extensions mount."""
    inner = [app._app._app._app.routes for app in (stack.app._app, stack.admin)]
    return [route for routes in inner for route in routes if not isinstance(route, Mount)]


def unnamed(path: str) -> str:
    """A path whose parameters may be called anything."""
    return re.sub(r"{[^}]+}", "{}", path)


def test_every_documented_operation_has_a_route(tmp_path: Path) -> None:
    with running_stack(tmp_path) as stack:
        for path, item in contract.openapi()["paths"].items():
            for method, operation in item.items():
                answers = {
                    "public": ask(stack.app, method.upper(), path.format(**EXAMPLES)),
                    "admin": ask(stack.admin, method.upper(), path.format(**EXAMPLES)),
                }
                there = {surface for surface, answer in answers.items() if answer.status_code not in (404, 405)}
                assert there == SURFACES[operation["x-surface"]], (method, path)
                for surface in answers.keys() - there:
                    assert "port" in answers[surface].json()["detail"], "it says where the path is"


def test_every_route_is_documented(tmp_path: Path) -> None:
    with running_stack(tmp_path) as stack:
        routes = {(path, "post") for path in stack.app._collector.paths}
        for route in routes_of(stack):
            assert isinstance(route, Route)
            routes |= {(route.path, method.lower()) for method in (route.methods or set()) - {"HEAD"}}
    documented = {(path, method) for path, item in contract.openapi()["paths"].items() for method in item}
    assert {(unnamed(path), method) for path, method in routes} == {(unnamed(p), method) for p, method in documented}


def test_every_route_answers_with_the_generated_shape_of_the_document(tmp_path: Path) -> None:
    """By the routes' own `response_model`; test_receipts.py holds the answers of the event paths."""
    with running_stack(tmp_path) as stack:
        routes = [route for route in routes_of(stack) if isinstance(route, APIRoute)]
    answered = {
        (unnamed(route.path), method.lower()): getattr(route.response_model, "__name__", None)
        for route in routes
        for method in route.methods or ()
    }
    documented = {
        (unnamed(path), method): name
        for path, item in contract.openapi()["paths"].items()
        for method, operation in item.items()
        if (name := shape_of(operation)) is not None and (unnamed(path), method) in answered
    }
    assert len(documented) >= 11
    assert {route: answered[route] for route in documented} == documented
    assert all(getattr(http, name) for name in documented.values())


def shape_of(operation: dict[str, Any]) -> str | None:
    """The name of what a 200 of JSON is made of; None where it is a document of its own."""
    content = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
    name = str(content.get("schema", {}).get("$ref", "")).rpartition("/")[2]
    return name if hasattr(http, name) else None


def test_whatever_can_be_got_answers_head_without_the_body(tmp_path: Path) -> None:
    with running_stack(tmp_path) as stack:
        for path, item in contract.openapi()["paths"].items():
            if "get" in item:
                got, head = (ask(stack.whole, method, path.format(**EXAMPLES)) for method in ("GET", "HEAD"))
                assert (head.status_code, head.content) == (got.status_code, b""), path
                assert head.headers.get("content-type") == got.headers.get("content-type"), path
                refused = ask(stack.whole, "PUT", path.format(**EXAMPLES))
                assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD"), path


def test_the_server_serves_exactly_the_bundle(tmp_path: Path) -> None:
    with running_stack(tmp_path) as stack:
        answer = ask(stack.app, "GET", "/openapi.json")
        page = ask(stack.app, "GET", "/docs")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-correlation-id"]
    assert json.loads(answer.content) == contract.openapi()
    assert 'data-openapi="/openapi.json"' in page.text


def test_the_page_and_all_it_loads_come_from_this_server(tmp_path: Path) -> None:
    with running_stack(tmp_path) as stack:
        page = ask(stack.app, "GET", "/docs")
        loaded = re.findall(r"""(?:src|href|data-openapi)="([^"]+)\"""", page.text)
        assert len(loaded) == 6
        assert [path for path in loaded if path != "data:," and ask(stack.app, "GET", path).status_code != 200] == []
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert "//" not in page.text, "another site"
        for path in ("/", "/docs", "/docs/start.js", "/v1/schemas", "/health", "/nothing"):
            assert ask(stack.app, "GET", path).headers["x-content-type-options"] == "nosniff"
        assert ask(stack.app, "GET", "/docs/..%2Fapp.py").status_code == 404


def test_what_is_shipped_of_others_is_what_they_published() -> None:
    pinned = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    noted = [path for package in ("api", "console") for path in (ROOT / package).rglob("ORIGIN.json")]
    assert len(noted) == 2
    for path in noted:
        for origin in json.loads(path.read_text()):
            digests = {name: sha256((path.parent / name).read_bytes()).hexdigest() for name in origin["sha256"]}
            assert digests == origin["sha256"]
            assert pinned[origin["package"]] == origin["version"]
            published = ROOT / "node_modules" / origin["package"]
            for name, source in origin["files"].items() if published.exists() else ():
                assert sha256((published / source).read_bytes()).hexdigest() == digests[name], name


def test_a_schema_can_be_had_without_references_and_judges_alone(tmp_path: Path) -> None:
    path = "/v1/schemas/purchase/1-1-0"
    with running_stack(tmp_path) as stack:
        queries = ("", "?bundled=false", "?bundled=true")
        plain, same, bundled = (ask(stack.app, "GET", path + query) for query in queries)
    assert plain.content == same.content
    assert b'"$ref"' in plain.content
    assert b'"$ref"' not in bundled.content
    assert bundled.headers["etag"] != plain.headers["etag"]
    judge = jsonschema.Draft202012Validator(bundled.json(), registry=referencing.Registry())
    event = plain.json()["examples"][0]
    assert judge.is_valid(event)
    assert not judge.is_valid({**event, "currency": "euro"})


OTHER_QUERIES = [
    ("bundled=", "/bundled", "write true or false, not ''"),
    ("bundled=True", "/bundled", "write true or false, not 'True'"),
    ("bundled=1", "/bundled", "write true or false, not '1'"),
    ("bundled=%ff%00", "/bundled", "write true or false"),
    ("bundled=true&bundled=false", "/bundled", "give it once"),
    ("bundle=true", "/bundle", "the only parameter here is bundled"),
    ("a%2Fb~=1", "/a~1b~0", "the only parameter here is bundled"),
]


def test_a_query_that_says_anything_else_of_a_schema_is_refused(tmp_path: Path) -> None:
    with running_stack(tmp_path) as stack:
        answers = [ask(stack.app, "GET", f"/v1/schemas/install/1-0-0?{query}") for query, _, _ in OTHER_QUERIES]
    for answer, (query, pointer, said) in zip(answers, OTHER_QUERIES, strict=True):
        assert answer.status_code == 422, query
        (error,) = answer.json()["errors"]
        assert error["pointer"] == pointer
        assert said in error["message"]


def test_what_a_version_changes_is_answered_as_the_gate_says_it(tmp_path: Path) -> None:
    with running_stack(tmp_path) as stack:
        answer = ask(stack.app, "GET", "/v1/schemas/purchase/1-2-0/compatibility").json()
        assert [report["older"] for report in answer["reports"]] == ["1-0-0", "1-1-0", "1-1-1"]
        for report in answer["reports"]:
            old, new = (contract.schema("purchase", version) for version in (report["older"], "1-2-0"))
            said = compare_events(old, new)
            assert (report["breaking"], report["required_bump"]) == (said.breaking, said.required_step.name)
            told = [(one["rule"], one["tier"], one["pointer"]) for one in report["changes"]]
            assert told == [(one.rule.id, one.rule.tier, one.pointer) for one in said.changes]
            assert report["forward"] is not compare(new, old).breaking
            assert bool(report["forward_changes"]) is not report["forward"]
        tiers = {one["tier"] for report in answer["reports"] for one in report["changes"]}
        assert tiers >= {"WIRE", "WAREHOUSE"}
        first = ask(stack.app, "GET", "/v1/schemas/purchase/1-0-0/compatibility")
        assert first.json() == {"event_type": "purchase", "version": "1-0-0", "reports": []}
        assert ask(stack.app, "GET", "/v1/schemas/purchase/9-0-0/compatibility").status_code == 404
