"""What operators ask over HTTP: dead letters and rejected events, and sending them again.

What `game-events dead-letters` and `game-events rejected` show, a page at a time and in a thread: the event paths go on
meanwhile, and no request lasts as long as there are events.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

from fastapi import Depends, FastAPI, Request
from game_events_models import contract
from game_events_models.http import FieldError, ReasonCount, ReasonCounts, ReplayRefusal, ReplayReport
from jsonschema_rs import Draft202012Validator
from pydantic import BaseModel

from game_events_api.admission import body as bodies
from game_events_api.admission.admit import check_headers
from game_events_api.admission.callers import Caller
from game_events_api.admission.key_store import KeyStore
from game_events_api.contract.catalog import Catalog, violations
from game_events_api.contract.decode import decode, encode, refuse_duplicate_keys
from game_events_api.errors import FileDamaged, Problem, RequestRefused
from game_events_api.live.masking import masked_line, masked_names
from game_events_api.live.seen import SEES_ALL
from game_events_api.operators.access import Access, Authorised
from game_events_api.operators.parameters import Parameters
from game_events_api.operators.shapes import DEAD_LETTERS, REJECTED, Shapes, cut
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

log = logging.getLogger(__name__)
MAX_BODY_BYTES = 64 * 1024
MAX_ROWS = 1000
AT_ONCE = 2  # calls that read files at the same time; more would take the event paths' processor
PAGE = 100
Answered = TypeVar("Answered", bound=BaseModel)


class Operators:
    """The endpoints, over one data directory."""

    def __init__(
        self,
        data_dir: Path,
        access: Access,
        catalog: Catalog,
        keys: KeyStore | None = None,
    ) -> None:
        """`keys` say what the senders of rejected events may write; by default those of the folder's file."""
        self._data_dir = data_dir
        self.rejected = RejectedEvents(data_dir, keys=keys)
        self._reads = access.authorised("read")
        self._operates = access.authorised("operate")
        self.catalog = catalog
        self._slots = threading.BoundedSemaphore(AT_ONCE)

    def add_to(self, app: FastAPI) -> None:
        self._add(app, DeadLetters(self._data_dir), DEAD_LETTERS)
        self._add(app, self.rejected, REJECTED)

    def _add(self, app: FastAPI, archive: Archive[Any], shapes: Shapes) -> None:
        """Fixed paths stand before the one with a name: the first match says what Allow holds."""
        path = f"/v1/{archive.kind}"
        listing, counting = Parameters(path), Parameters(f"{path}/stats")
        replayable = Draft202012Validator(_component(shapes.replay.__name__))

        @app.get(path, response_model=shapes.page)
        async def list_kept(request: Request) -> BaseModel:
            query = listing.of(request)

            def look(caller: Caller) -> BaseModel:
                selection = selection_of(caller, query)
                page = _page(archive, selection, query)
                items = [cut(shapes.one, selection.shown(kept.fields)) for kept in page.waiting]
                return shapes.page(items=items, next=page.following)

            return await self._ask(request, self._reads, look)

        @app.get(f"{path}/stats", response_model=ReasonCounts)
        async def count_kept(request: Request) -> ReasonCounts:
            query = counting.of(request)

            def look(caller: Caller) -> ReasonCounts:
                rows = archive.counts(selection_of(caller, query))[:MAX_ROWS]
                return ReasonCounts(counts=[cut(ReasonCount, row) for row in rows])

            return await self._ask(request, self._reads, look)

        async def wanted_of(request: Request) -> BaseModel:
            await self._operates(request)
            return shapes.replay.model_validate(await _body(request, replayable))

        @app.post(f"{path}/replay", response_model=ReplayReport)
        async def replay_kept(request: Request, wanted: Annotated[BaseModel, Depends(wanted_of)]) -> ReplayReport:
            asked = wanted.model_dump()

            def replay(caller: Caller) -> ReplayReport:
                try:
                    recheck = Recheck(asked.get("as_version"), self.catalog)
                except ValueError as error:
                    raise RequestRefused(Problem.NOT_FOUND, str(error)) from None
                page, dry_run = _page(archive, selection_of(caller, asked), asked), asked["dry_run"]
                report = archive.replay(page.waiting, recheck, dry_run=dry_run, by=caller.name)
                counts = report.document
                refused = [cut(ReplayRefusal, row) for row in counts.pop("refused")[:MAX_ROWS]]
                return ReplayReport(dry_run=dry_run, **counts, refused=refused, next=page.following)

            return await self._ask(request, self._operates, replay)

        @app.get(f"{path}/{{name}}", response_model=shapes.detail)
        async def show_kept(request: Request, name: str) -> BaseModel:
            if name == "replay":
                raise RequestRefused(Problem.METHOD_NOT_ALLOWED, "a replay is a POST")

            def look(caller: Caller) -> BaseModel:
                selection = selection_of(caller, {})
                try:
                    kept: Kept = archive.find(name, selection)
                except NotKept:
                    message = f"there is no '{name[:96]}'; the list has the names"
                    raise RequestRefused(Problem.NOT_FOUND, message) from None
                sees_all = SEES_ALL in caller.scopes
                line = kept.line.decode("utf-8", "replace") if sees_all else masked_line(kept.line)
                return shapes.detail(**{shapes.shown_as: cut(shapes.one, selection.shown(kept.fields))}, line=line)

            return await self._ask(request, self._reads, look)

    async def _ask(self, request: Request, authorised: Authorised, work: Callable[[Caller], Answered]) -> Answered:
        caller = await authorised(request)
        if not self._slots.acquire(blocking=False):
            raise RequestRefused(Problem.UNAVAILABLE, "other operators are asking; send it again")
        try:
            return await asyncio.to_thread(work, caller)
        except (RequestRefused, FileDamaged):
            raise
        except Exception as error:
            # A locked spool, a file that vanished, a defect: none of it is the caller's, all may be tried again.
            log.exception("an operator's request failed", extra={"path": request.url.path})
            raise RequestRefused(Problem.UNAVAILABLE, "it could not be read; send it again") from error
        finally:
            self._slots.release()


async def _body(request: Request, validator: Draft202012Validator) -> Any:
    """What was sent, as the contract has it."""
    check_headers(dict(request.scope["headers"]), MAX_BODY_BYTES)
    try:
        body = await bodies.read(request.receive, MAX_BODY_BYTES, lambda size: None)
    except bodies.Disconnected:
        raise RequestRefused(Problem.MALFORMED_JSON, "the body never ended") from None  # and nobody is there to read it
    wanted = decode(body)
    refuse_duplicate_keys(body, encode(wanted))  # "dry_run" given twice could mean either
    _refuse(violations(validator, wanted))
    return wanted


def selection_of(caller: Caller, query: Mapping[str, Any]) -> Selection:
    """What of the conditions in `where` the caller may see."""
    where = Where.parse(query.get("where", ()))
    return (
        Selection(where, caller.may_see)
        if SEES_ALL in caller.scopes
        else Selection(where, caller.may_see, masked_names)
    )


def _page(archive: Archive[Any], selection: Selection, query: Mapping[str, Any]) -> Page[Any]:
    try:
        return archive.page(selection, int(query.get("limit", PAGE)), query.get("after"))
    except NotKept as missing:
        message = f"there is no '{missing}' here to go on after; start without it"
        raise RequestRefused(Problem.NOT_FOUND, message) from None


def _component(name: str) -> dict[str, Any]:
    component: dict[str, Any] = contract.openapi()["components"]["schemas"][name]
    return component


def _refuse(errors: Sequence[FieldError]) -> None:
    if errors:
        raise RequestRefused(Problem.INVALID_REQUEST, "see errors for each reason", errors=errors[:32])
