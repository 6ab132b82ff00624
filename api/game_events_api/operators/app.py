"""Everything that is not an event path: health, contract, schemas, metrics, operators. Only wiring."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Literal, NoReturn

from fastapi import FastAPI, Request, Response
from game_events_models import contract
from game_events_models.http import (
    Check,
    CompatibilityReport,
    FieldError,
    Health,
    Readiness,
    SchemaCompatibility,
    SchemaInfo,
    SchemaList,
)
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from game_events_api.admission.admit import correlation_id_of
from game_events_api.edge import answers, responses
from game_events_api.errors import Problem, RequestRefused
from game_events_api.operators.documentation import add_documentation, mounted_at
from game_events_api.operators.endpoints import Operators

FOREVER = "public, max-age=31536000, immutable"
SECURITY = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))
VERSION = version("game-events-api")


def create_app(
    *, readiness: Callable[[], Mapping[str, Check]], scrape: Callable[[], bytes], operators: Operators
) -> ASGIApp:
    """The FastAPI application behind the collector, served exactly as openapi.yaml says."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)

    @app.get("/health", response_model=Health)
    async def health() -> Health:
        return Health(version=VERSION)

    @app.get("/ready", response_model=Readiness)
    async def ready(response: Response) -> Readiness:
        checks = dict(readiness())
        if all(check.status != "fail" for check in checks.values()):
            return Readiness(status="ready", checks=checks)
        response.status_code = 503
        response.headers["Retry-After"] = "1"
        return Readiness(status="unavailable", checks=checks)

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(await asyncio.to_thread(scrape), media_type="text/plain; version=0.0.4; charset=utf-8")

    add_documentation(app, VERSION)

    @app.get("/v1/schemas", response_model=SchemaList)
    async def list_schemas(request: Request) -> SchemaList:
        root = mounted_at(request)
        published = [(event_type, v) for event_type, versions in contract.versions().items() for v in versions]
        return SchemaList(schemas=[_info(root, event_type, version) for event_type, version in published])

    @app.get("/v1/schemas/{event_type}/{schema_version}")
    async def get_schema(event_type: str, schema_version: str, request: Request) -> Response:
        of_version = contract.inlined_schema if _is_bundled(request) else contract.schema
        try:
            body = json.dumps(of_version(event_type, schema_version), ensure_ascii=False).encode()
        except KeyError:
            raise _never_published(event_type, schema_version) from None
        headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"', "Cache-Control": FOREVER}
        if _matches(request.headers.get("if-none-match", ""), headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type="application/schema+json")

    @app.get("/v1/schemas/{event_type}/{schema_version}/compatibility", response_model=SchemaCompatibility)
    async def get_schema_compatibility(event_type: str, schema_version: str) -> SchemaCompatibility:
        try:
            reports = contract.compatibility(event_type, schema_version)
        except KeyError:
            raise _never_published(event_type, schema_version) from None
        shown = [CompatibilityReport.model_validate(report) for report in reports]
        return SchemaCompatibility(event_type=event_type, version=schema_version, reports=shown)

    operators.add_to(app)

    @app.exception_handler(RequestRefused)
    async def refused(request: Request, error: RequestRefused) -> Response:
        return _problem(request, error)

    @app.exception_handler(404)
    async def no_such_path(request: Request, _: HTTPException) -> Response:
        return _problem(request, RequestRefused(Problem.NOT_FOUND, f"there is no {request.url.path}; see /docs"))

    @app.exception_handler(405)
    async def no_such_method(request: Request, error: HTTPException) -> Response:
        methods = (error.headers or {}).get("Allow", "").replace("GET", "GET, HEAD")
        allow = ((b"allow", methods.encode()),)
        return _problem(request, RequestRefused(Problem.METHOD_NOT_ALLOWED, error.detail, headers=allow))

    return CorrelationId(HeadAsGet(app))


class CorrelationId:
    """Pure ASGI: X-Correlation-ID, also in the scope for who writes a problem; headers that keep browsers strict."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        correlation_id = correlation_id_of(dict(scope["headers"]))
        scope.setdefault("state", {})["correlation_id"] = correlation_id

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                named = [field for field in message["headers"] if field[0] != b"x-correlation-id"]
                message["headers"] = [*named, (b"x-correlation-id", correlation_id.encode()), *SECURITY]
            await send(message)

        await self._app(scope, receive, send_named)


class HeadAsGet:
    """Pure ASGI: HEAD is answered as GET is, without the body (RFC 9110, 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        await self._app({**scope, "method": "GET"}, receive, send_head)


def _problem(request: Request, refused: RequestRefused) -> Response:
    return responses.starlette(answers.problem(refused, request.state.correlation_id))


def _is_bundled(request: Request) -> bool:
    """Whether the schema is asked for without references; RequestRefused 422 for a query that says anything else."""
    query = request.query_params.multi_items()
    for name, value in query:
        if name != "bundled":
            _refuse(name, "additionalProperties", "the only parameter here is bundled")
        if value not in ("true", "false"):
            _refuse(name, "type", f"write true or false, not '{value[:32]}'")
        if len(query) > 1:
            _refuse(name, "type", "give it once")
    return ("bundled", "true") in query


def _refuse(parameter: str, rule: str, message: str) -> NoReturn:
    pointer = "/" + parameter[:64].replace("~", "~0").replace("/", "~1")
    error = FieldError(pointer=pointer, rule=rule, message=message)
    raise RequestRefused(Problem.INVALID_REQUEST, "see errors for each reason", errors=[error])


def _matches(if_none_match: str, etag: str) -> bool:
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or "*" in tags


def _never_published(event_type: str, schema_version: str) -> RequestRefused:
    return RequestRefused(Problem.NOT_FOUND, f"{event_type}/{schema_version} was never published; see /v1/schemas")


def _info(root: str, event_type: str, schema_version: str) -> SchemaInfo:
    lifecycle = contract.lifecycle(event_type, schema_version)
    now = datetime.now(UTC)
    status: Literal["current", "supported", "deprecated", "retired"]
    if lifecycle.is_retired(now):
        status = "retired"
    else:
        status = "deprecated" if lifecycle.is_deprecated(now) else ("current" if lifecycle.default else "supported")
    return SchemaInfo(
        event_type=event_type,
        version=schema_version,
        status=status,
        sunset=lifecycle.sunset,
        href=f"{root}/v1/schemas/{event_type}/{schema_version}",
    )
