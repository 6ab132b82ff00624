"""The FastAPI applications behind the two ports. Only wiring; what has no path here is answered 404 or 405."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from game_events_models import contract
from game_events_models.http import Check, FieldError, Health, Readiness
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from game_events_api.edge import answers, responses
from game_events_api.errors import FileDamaged, Problem, RequestRefused
from game_events_api.operators.documentation import add_documentation
from game_events_api.operators.endpoints import Operators
from game_events_api.operators.extensions import Surface, add_extensions
from game_events_api.operators.groups import add_groups
from game_events_api.operators.judging import add_judging
from game_events_api.operators.ledger import add_ledger
from game_events_api.operators.live import add_live
from game_events_api.operators.middleware import CorrelationId, HeadAsGet
from game_events_api.operators.schemas import add_schemas
from game_events_api.operators.trace import add_trace

VERSION = version("game-events-api")
Checks = Mapping[str, Check]
PROBLEM_OF = {problem.status: problem for problem in (*reversed(Problem), Problem.INVALID_REQUEST)}
"""What an extension that says no more than a status is understood to mean."""


def public_app(is_ready: Callable[[], bool]) -> ASGIApp:
    """What anybody may ask beside the event paths. Whether the server is ready it says without a reason."""
    app = _application("public")

    async def readiness() -> Readiness:
        return Readiness(status="ready" if is_ready() else "unavailable", checks={})

    _add_health(app, readiness)
    add_documentation(app, VERSION)
    add_schemas(app)
    return CorrelationId(HeadAsGet(app))


def admin_app(
    *, checks: Callable[[], Checks], scrape: Callable[[], bytes], operators: Operators, surface: Surface
) -> ASGIApp:
    """What operators ask, and what is installed beside. `checks` and `scrape` read files, in threads."""
    app = _application("admin")
    left_out: dict[str, str] = {}

    async def readiness() -> Readiness:
        found = dict(await asyncio.to_thread(checks))
        if left_out:
            detail = "; ".join(f"{name} cannot be added: {why}" for name, why in left_out.items())
            found["extensions"] = Check(status="warn", detail=detail[:1024])
        failed = any(check.status == "fail" for check in found.values())
        return Readiness(status="unavailable" if failed else "ready", checks=found)

    _add_health(app, readiness)

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(await asyncio.to_thread(scrape), media_type="text/plain; version=0.0.4; charset=utf-8")

    add_groups(app, surface, operators.rejected)
    add_judging(app, surface, operators.catalog)
    operators.add_to(app)
    add_live(app, surface)
    add_ledger(app, surface)
    add_trace(app, surface)
    left_out.update(add_extensions(app, surface))
    return CorrelationId(HeadAsGet(app), [(b"cache-control", b"no-store")])


def _add_health(app: FastAPI, readiness: Callable[[], Awaitable[Readiness]]) -> None:
    @app.get("/health", response_model=Health)
    async def health() -> Health:
        return Health(version=VERSION)

    @app.get("/ready", response_model=Readiness)
    async def ready(response: Response) -> Readiness:
        said = await readiness()
        if said.status != "ready":
            response.status_code = 503
            response.headers["Retry-After"] = "1"
        return said


def _application(surface: str) -> FastAPI:
    """Without a path yet; every refusal is a problem document."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    elsewhere = paths_of("admin" if surface == "public" else "public")

    @app.exception_handler(RequestRefused)
    async def refused(request: Request, error: RequestRefused) -> Response:
        return _problem(request, error)

    @app.exception_handler(FileDamaged)
    async def damaged(request: Request, error: FileDamaged) -> Response:
        return _problem(request, RequestRefused(Problem.UNAVAILABLE, str(error), headers=()))

    @app.exception_handler(404)
    async def no_such_path(request: Request, error: HTTPException) -> Response:
        path = request.url.path
        if error.detail != "Not Found":  # an extension's own
            return _problem(request, RequestRefused(Problem.NOT_FOUND, error.detail))
        if elsewhere.fullmatch(path):
            where = "the admin port, GAME_EVENTS_ADMIN_PORT" if surface == "public" else "the public port"
            return _problem(request, RequestRefused(Problem.NOT_FOUND, f"there is no {path} here: it is on {where}"))
        return _problem(request, RequestRefused(Problem.NOT_FOUND, f"there is no {path}; see /docs on the public port"))

    @app.exception_handler(405)
    async def no_such_method(request: Request, error: HTTPException) -> Response:
        methods = (error.headers or {}).get("Allow", "").replace("GET", "GET, HEAD")
        allow = ((b"allow", methods.encode()),)
        return _problem(request, RequestRefused(Problem.METHOD_NOT_ALLOWED, error.detail, headers=allow))

    @app.exception_handler(HTTPException)
    async def of_extension(request: Request, error: HTTPException) -> Response:
        otherwise = Problem.UNAVAILABLE if error.status_code >= 500 else Problem.INVALID_REQUEST
        problem = PROBLEM_OF.get(error.status_code, otherwise)
        return _problem(request, RequestRefused(problem, str(error.detail)))

    @app.exception_handler(RequestValidationError)
    async def unlike_the_contract(request: Request, error: RequestValidationError) -> Response:
        return _problem(request, RequestRefused(Problem.INVALID_REQUEST, "see errors", errors=_reasons(error)))

    @app.exception_handler(Exception)
    async def failed(request: Request, _: Exception) -> Response:
        """Starlette logs it, too."""
        return _problem(request, RequestRefused(Problem.UNAVAILABLE, "it failed here, see the log; send it again"))

    return app


def _problem(request: Request, refused: RequestRefused) -> Response:
    return responses.starlette(answers.problem(refused, request.state.correlation_id))


def _reasons(error: RequestValidationError) -> list[FieldError]:
    """By the names that the request gave, without what it said."""
    found: list[dict[str, Any]] = list(error.errors())
    return [
        FieldError(
            pointer="".join(f"/{part}" for part in one["loc"][1:])[:512],
            rule=one["type"][:64],
            message=one["msg"][:512],
        )
        for one in found[: answers.MAX_ERRORS]
    ]


def paths_of(surface: str) -> re.Pattern[str]:
    """Of the paths that only the other port has."""
    found = [path for path, item in contract.openapi()["paths"].items() if surface in _surfaces(item)]
    return re.compile("|".join("[^/]+".join(map(re.escape, re.split(r"{[^}]*}", path))) for path in found))


def _surfaces(item: Mapping[str, Any]) -> set[str]:
    return {operation.get("x-surface", "") for operation in item.values()}
