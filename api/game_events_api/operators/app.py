"""Everything that is not an event path: health, contract, schemas, metrics, operators. Only wiring."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Literal

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from game_events_models import contract
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from game_events_api.edge import problems
from game_events_api.edge.collector import correlation_id_of
from game_events_api.errors import RequestRefused
from game_events_api.metrics import Metrics
from game_events_api.operators.endpoints import Operators

FOREVER = "public, max-age=31536000, immutable"
VERSION = version("game-events-api")


@dataclass(frozen=True)
class Check:
    """One thing readiness rests on: `warn` keeps the server ready, `fail` does not."""

    status: Literal["pass", "warn", "fail"]
    detail: str


def create_app(*, readiness: Callable[[], Mapping[str, Check]], metrics: Metrics, operators: Operators) -> ASGIApp:
    """The FastAPI application behind the collector, served exactly as openapi.yaml says."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    document = json.dumps(contract.openapi(), ensure_ascii=False).encode()

    @app.get("/health")
    async def health() -> Response:
        return _json({"status": "ok", "version": VERSION})

    @app.get("/ready")
    async def ready() -> Response:
        checks = readiness()
        shown = {name: asdict(check) for name, check in checks.items()}
        if any(check.status == "fail" for check in checks.values()):
            return _json({"status": "unavailable", "checks": shown}, 503, {"Retry-After": "1"})
        return _json({"status": "ready", "checks": shown})

    @app.get("/metrics")
    async def scrape() -> Response:
        return Response(metrics.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")

    @app.get("/openapi.json")
    async def openapi() -> Response:
        return Response(document, media_type="application/json")

    @app.get("/docs")
    async def docs() -> Response:
        return get_swagger_ui_html(openapi_url="/openapi.json", title="Game Events")

    @app.get("/v1/schemas")
    async def list_schemas() -> Response:
        return _json({"schemas": [_info(event_type, v) for event_type, vs in contract.versions().items() for v in vs]})

    @app.get("/v1/schemas/{event_type}/{schema_version}")
    async def get_schema(event_type: str, schema_version: str, request: Request) -> Response:
        try:
            body = json.dumps(contract.schema(event_type, schema_version), ensure_ascii=False).encode()
        except KeyError:
            raise HTTPException(404, f"{event_type}/{schema_version} was never published; see /v1/schemas") from None
        headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"', "Cache-Control": FOREVER}
        if _matches(request.headers.get("if-none-match", ""), headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type="application/schema+json")

    operators.add_to(app)

    @app.exception_handler(RequestRefused)
    async def refused(request: Request, error: RequestRefused) -> Response:
        return _problem(request, error)

    @app.exception_handler(HTTPException)
    async def refused_by_router(request: Request, error: HTTPException) -> Response:
        slug = {404: "not-found", 405: "method-not-allowed"}.get(error.status_code, "invalid-header")
        detail = error.detail if error.detail != "Not Found" else f"there is no {request.url.path}; see /docs"
        headers = [(name.encode(), value.encode()) for name, value in (error.headers or {}).items()]
        return _problem(request, RequestRefused(error.status_code, slug, detail, headers=headers))

    return CorrelationId(app)


class CorrelationId:
    """Pure ASGI: X-Correlation-ID on every answer, and in the scope for whoever writes a problem."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        correlation_id = correlation_id_of(dict(scope["headers"]).get(b"x-correlation-id"))
        scope.setdefault("state", {})["correlation_id"] = correlation_id

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-correlation-id", correlation_id.encode())]
            await send(message)

        await self._app(scope, receive, named)


def _json(value: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(value), status, headers, "application/json")


def _problem(request: Request, refused: RequestRefused) -> Response:
    headers = {name.decode(): value.decode() for name, value in refused.headers}
    body = problems.body(refused, request.state.correlation_id)
    return Response(body, refused.status, headers, "application/problem+json")


def _matches(if_none_match: str, etag: str) -> bool:
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or "*" in tags


def _info(event_type: str, schema_version: str) -> dict[str, Any]:
    lifecycle = contract.lifecycle(event_type, schema_version)
    now = datetime.now(UTC)
    if lifecycle.is_retired(now):
        status = "retired"
    else:
        status = "deprecated" if lifecycle.is_deprecated(now) else ("current" if lifecycle.current else "supported")
    return {
        "event_type": event_type,
        "version": schema_version,
        "status": status,
        "sunset": lifecycle.sunset.strftime("%Y-%m-%dT%H:%M:%SZ") if lifecycle.sunset else None,
        "href": f"/v1/schemas/{event_type}/{schema_version}",
    }
