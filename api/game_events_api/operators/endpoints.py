"""What operators ask over HTTP: dead letters and rejected events, and sending them again.

What `game-events dead-letters` and `game-events rejected` show, a page at a time and in a thread: the event paths go on
meanwhile, and no request lasts as long as there are events.
"""

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import structlog
from fastapi import FastAPI, Request, Response
from game_events_models import contract
from game_events_models.http import FieldError
from jsonschema_rs import Draft202012Validator

from game_events_api.admission import body as bodies
from game_events_api.admission.admit import authenticate, check_headers
from game_events_api.admission.keys import ApiKey, Keyring
from game_events_api.contract.catalog import Catalog, violations
from game_events_api.contract.decode import decode, encode, refuse_duplicate_keys
from game_events_api.errors import FileDamaged, Problem, RequestRefused
from game_events_api.recovery import (
    Archive,
    DeadLetters,
    Kept,
    NotKept,
    Page,
    Recheck,
    RejectedEvents,
    Selection,
    Where,
)

log = structlog.get_logger()
MAX_BODY_BYTES = 64 * 1024
MAX_ROWS = 1000
AT_ONCE = 2  # calls that read files at the same time; more would take the event paths' processor
PAGE = 100


class Operators:
    """The endpoints, over one data directory."""

    def __init__(
        self,
        data_dir: Path,
        keyring: Keyring,
        catalog: Catalog,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._data_dir = data_dir
        self._keyring = keyring
        self._catalog = catalog
        self._now = now
        self._slots = threading.BoundedSemaphore(AT_ONCE)

    def add_to(self, app: FastAPI) -> None:
        self._add(app, DeadLetters(self._data_dir), component="DeadLetter", shown_as="dead_letter")
        self._add(app, RejectedEvents(self._data_dir), component="Rejected", shown_as="rejected")

    def _add(self, app: FastAPI, archive: Archive[Any], *, component: str, shown_as: str) -> None:
        """Fixed paths stand before the one with a name: the first match says what Allow holds."""
        path = f"/v1/{archive.kind}"
        parameters = _query_validator(component)
        wanted = Draft202012Validator(_component("schemas", f"{component}Replay"))

        @app.get(path)
        async def list_kept(request: Request) -> Response:
            query = _query(request, parameters)

            def look(key: ApiKey) -> dict[str, Any]:
                page = _page(archive, key, query)
                return {"items": [kept.fields for kept in page.waiting], "next": page.following}

            return await self._ask(request, "read", look)

        @app.get(f"{path}/stats")
        async def count_kept(request: Request) -> Response:
            query = _query(request, parameters, only=("where",))

            def look(key: ApiKey) -> dict[str, Any]:
                return {"counts": archive.counts(_selection(key, query))[:MAX_ROWS]}

            return await self._ask(request, "read", look)

        @app.post(f"{path}/replay")
        async def replay_kept(request: Request) -> Response:
            return await self._replay(request, wanted, archive)

        @app.get(f"{path}/{{name}}")
        async def show_kept(request: Request, name: str) -> Response:
            if name == "replay":
                raise RequestRefused(Problem.METHOD_NOT_ALLOWED, "a replay is a POST")

            def look(key: ApiKey) -> dict[str, Any]:
                try:
                    kept: Kept = archive.find(name, _selection(key, {}))
                except NotKept:
                    message = f"there is no '{name[:96]}'; the list has the names"
                    raise RequestRefused(Problem.NOT_FOUND, message) from None
                return {shown_as: kept.fields, "line": kept.line.decode("utf-8", "replace")}

            return await self._ask(request, "read", look)

    async def _replay(self, request: Request, validator: Draft202012Validator, archive: Archive[Any]) -> Response:
        self._key(request, "operate")
        check_headers(dict(request.scope["headers"]), MAX_BODY_BYTES)
        try:
            body = await bodies.read(request.receive, MAX_BODY_BYTES, lambda size: None)
        except bodies.Disconnected:
            return Response(status_code=400)  # nobody is there to read it
        wanted = decode(body)
        refuse_duplicate_keys(body, encode(wanted))  # "dry_run" given twice could mean either
        _refuse(violations(validator, wanted))

        def replay(key: ApiKey) -> dict[str, Any]:
            try:
                recheck = Recheck(wanted.get("as_version"), self._catalog)
            except ValueError as error:
                raise RequestRefused(Problem.NOT_FOUND, str(error)) from None
            page = _page(archive, key, wanted)
            report = archive.replay(page.waiting, recheck, dry_run=wanted["dry_run"], by=f"key {key.key_id}")
            return {"dry_run": wanted["dry_run"], **report.document, "next": page.following}

        return await self._ask(request, "operate", replay)

    async def _ask(self, request: Request, scope: str, work: Callable[[ApiKey], dict[str, Any]]) -> Response:
        key = self._key(request, scope)
        if not self._slots.acquire(blocking=False):
            raise RequestRefused(Problem.UNAVAILABLE, "other operators are asking; send it again")
        try:
            answer = await asyncio.to_thread(work, key)
        except RequestRefused:
            raise
        except FileDamaged as damaged:
            raise RequestRefused(Problem.UNAVAILABLE, str(damaged), headers=()) from damaged
        except Exception as error:
            # A locked spool, a file that vanished, a defect: none of it is the caller's, all may be tried again.
            log.exception("an operator's request failed", path=request.url.path)
            raise RequestRefused(Problem.UNAVAILABLE, "it could not be read; send it again") from error
        finally:
            self._slots.release()
        return Response(msgspec.json.encode(answer), media_type="application/json")

    def _key(self, request: Request, scope: str) -> ApiKey:
        header = dict(request.scope["headers"]).get(b"authorization")
        return authenticate(self._keyring, header, self._now(), scope)


def _selection(key: ApiKey, query: Mapping[str, Any]) -> Selection:
    return Selection(Where.parse(query.get("where", ())), key.may_write)


def _page(archive: Archive[Any], key: ApiKey, query: Mapping[str, Any]) -> Page[Any]:
    try:
        return archive.page(_selection(key, query), int(query.get("limit", PAGE)), query.get("after"))
    except NotKept as missing:
        message = f"there is no '{missing}' here to go on after; start without it"
        raise RequestRefused(Problem.NOT_FOUND, message) from None


def _component(section: str, name: str) -> dict[str, Any]:
    component: dict[str, Any] = contract.openapi()["components"][section][name]
    return component


def _query_validator(kind: str) -> Draft202012Validator:
    names = {"where": f"{kind}Where", "limit": "Limit", "after": "After"}
    return Draft202012Validator(
        {"properties": {name: _component("parameters", component)["schema"] for name, component in names.items()}}
    )


def _query(
    request: Request, validator: Draft202012Validator, only: Sequence[str] = ("where", "limit", "after")
) -> dict[str, Any]:
    """The query parameters by name, as the contract types them; RequestRefused 422 for anything else."""
    query: dict[str, Any] = {}
    for name, value in request.query_params.multi_items():
        if name not in only:
            message = f"parameters here are {', '.join(only)}"
            _refuse([FieldError(pointer=f"/{name[:64]}", rule="additionalProperties", message=message)])
        if name == "where":
            query.setdefault(name, []).append(value)
        elif name in query:
            _refuse([FieldError(pointer=f"/{name}", rule="type", message="give it once")])
        else:
            query[name] = value
    limit = query.get("limit", "")
    if limit.isascii() and limit.isdigit() and len(limit) < 10:
        query["limit"] = int(limit)
    _refuse(violations(validator, query))
    return query


def _refuse(errors: Sequence[FieldError]) -> None:
    if errors:
        raise RequestRefused(Problem.INVALID_REQUEST, "see errors for each reason", errors=errors[:32])
