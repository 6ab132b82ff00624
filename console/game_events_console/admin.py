"""The extension of the admin port: everything under `/console`, and the named queries of the API."""

import threading
from typing import Any, Protocol

from fastapi import FastAPI, Request
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from game_events_console import sandbox
from game_events_console.inside import ApiProblem
from game_events_console.pages import catalog, dead_letters, figures, health, live, playground, rejected, replaying
from game_events_console.pages.company_account import SignIn, add_company_account
from game_events_console.pages.signing import add_signing
from game_events_console.queries import endpoints
from game_events_console.queries.changes import add_changes
from game_events_console.queries.endpoints import add_queries
from game_events_console.rendering import asset, prepare
from game_events_console.replays import Replays
from game_events_console.sandbox import Sandbox
from game_events_console.sessions import Sessions
from game_events_console.visits import Pages, Visit


class Surface(endpoints.Surface, sandbox.Surface, Protocol):
    """What of the admin port the console uses; `game_events_api.operators.extensions.Surface` has more."""

    @property
    def sign_in(self) -> SignIn | None: ...

    async def caller(self, request: Request, scope: str, authorization: str) -> Any: ...


def add(app: FastAPI, surface: Surface) -> None:
    """Add the console and the named queries to the admin port's application."""
    add_queries(app, surface)
    add_changes(app, surface)
    pages = Pages(app, Sessions(), surface.caller, account=surface.sign_in is not None)
    replays = Replays()
    routes = [
        Route("/", to_live),
        Route("/static/{name}", static),
        *add_signing(pages),
        *add_company_account(pages, surface.sign_in),
        *(route for place in (live, catalog, figures) for route in place.routes(pages)),
        *health.routes(pages, beside_a_server=surface.public is not None),
        *playground.routes(pages, Sandbox(surface)),
        *(route for place in (rejected, dead_letters, replaying) for route in place.routes(pages, replays)),
        pages.route("/{path:path}", nowhere, "live", "No such page"),
    ]
    # A page holds its session's token, which packing may give away to whoever makes pages be asked for: the cookie goes
    # with no other site's request.
    packed = Middleware(GZipMiddleware, minimum_size=1000, compresslevel=6)
    app.mount("/console", Starlette(routes=routes, middleware=[packed]))
    threading.Thread(target=prepare, name="console", daemon=True).start()

    @app.get("/console", include_in_schema=False)
    async def console() -> Response:
        return RedirectResponse("/console/live", 307)


async def nowhere(visit: Visit) -> Response:
    raise ApiProblem(404, {"title": "Not Found", "detail": f"there is no page {visit.request.url.path[:200]}"})


async def to_live(request: Request) -> Response:
    return RedirectResponse("/console/live", 307)


async def static(request: Request) -> Response:
    return asset(request.path_params["name"]) or Response("there is no such file", 404)
