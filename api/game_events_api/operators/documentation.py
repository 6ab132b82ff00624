"""What this server is: its document, that document for people, and where everything begins. No other site is asked."""

import hashlib
import html
import json
from functools import lru_cache
from importlib.resources import files
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from game_events_models import contract
from game_events_models.http import Service

from game_events_api.errors import Problem, RequestRefused

ASSETS = {
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "swagger-ui.css": "text/css; charset=utf-8",
    "page.css": "text/css; charset=utf-8",
    "start.js": "text/javascript; charset=utf-8",
}
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Game Events</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{root}/docs/swagger-ui.css">
<link rel="stylesheet" href="{root}/docs/page.css">
</head>
<body>
<div id="swagger-ui" data-openapi="{root}/openapi.json"></div>
<script src="{root}/docs/swagger-ui-bundle.js"></script>
<script src="{root}/docs/start.js"></script>
</body>
</html>
"""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Swagger UI writes styles into its elements; scripts only come from here."""


def mounted_at(request: Request) -> str:
    """The path at which the application stands within another; empty where it stands by itself."""
    return quote(request.scope.get("root_path", ""))  # a mount's path may hold what a request says


def add_documentation(app: FastAPI, version: str) -> None:
    @app.get("/", response_model=Service)
    async def service(request: Request) -> Service:
        root = mounted_at(request)
        return Service(
            name="game-events",
            version=version,
            documentation=f"{root}/docs",
            openapi=f"{root}/openapi.json",
            schemas=f"{root}/v1/schemas",
            ready=f"{root}/ready",
        )

    @app.get("/openapi.json")
    async def openapi(request: Request) -> Response:
        return Response(_document(mounted_at(request)), media_type="application/json")

    @app.get("/docs")
    async def docs(request: Request) -> Response:
        page = PAGE.format(root=html.escape(mounted_at(request)))
        return Response(page, media_type="text/html", headers={"Content-Security-Policy": POLICY})

    @app.get("/docs/{asset}")
    async def docs_asset(asset: str, request: Request) -> Response:
        if asset not in ASSETS:
            raise RequestRefused(Problem.NOT_FOUND, f"there is no {request.url.path}; see /docs")
        body, etag = _asset(asset)
        headers = {"ETag": etag, "Cache-Control": "no-cache"}  # asked for again, and not sent again
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type=ASSETS[asset], headers=headers)


@lru_cache
def _asset(name: str) -> tuple[bytes, str]:
    body = (files("game_events_api.operators") / "swagger_ui" / name).read_bytes()
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'


@lru_cache(16)
def _document(root: str) -> bytes:
    document = contract.openapi()
    servers = [{**server, "url": root or server["url"]} for server in document["servers"]]
    return json.dumps({**document, "servers": servers}, ensure_ascii=False).encode()
