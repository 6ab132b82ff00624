"""What operators ask over HTTP: dead letters and refused events, and sending them again.

The same functions as behind `game-events dead-letters` and `game-events rejected`, a page at a time and in a thread:
the event paths go on meanwhile, and no request lasts as long as there are events.
"""

import asyncio
import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

import msgspec
import structlog
from fastapi import FastAPI, Request, Response
from game_events_models import contract
from game_events_models.http import FieldError
from jsonschema_rs import Draft202012Validator

from game_events_api.admission import body as bodies
from game_events_api.admission.admit import authenticate
from game_events_api.admission.keys import ApiKey, Keyring
from game_events_api.contract.catalog import Catalog, violations
from game_events_api.contract.decode import decode, encode, refuse_duplicate_keys
from game_events_api.errors import RETRY_SOON, FileDamaged, RequestRefused
from game_events_api.recovery import dead_letters, rejected
from game_events_api.recovery.filters import Where
from game_events_api.recovery.replay import Pace, Verdict, Verdicts, report, rows

log = structlog.get_logger()
MAX_BODY_BYTES = 64 * 1024
MAX_ROWS = 1000
AT_ONCE = 2  # calls that read files at the same time; more would take the event paths' processor


class Entry(Protocol):
    """A dead letter or a refused event."""

    @property
    def name(self) -> str: ...
    @property
    def fields(self) -> dict[str, Any]: ...


One = TypeVar("One", bound=Entry)


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
        """Fixed paths stand before those with a name: the first match says what Allow holds."""
        queries = {kind: _query_validator(kind) for kind in ("DeadLetter", "Rejected")}
        replays = {kind: Draft202012Validator(_component("schemas", f"{kind}Replay")) for kind in queries}

        @app.get("/v1/dead-letters")
        async def list_dead_letters(request: Request) -> Response:
            query = _query(request, queries["DeadLetter"])

            def look(key: ApiKey) -> dict[str, Any]:
                page, following = _page(self._all_letters(key, _where(query)), query)
                return {"items": [letter.fields for letter in page if letter.replayed_at is None], "next": following}

            return await self._ask(request, "read", look)

        @app.get("/v1/dead-letters/stats")
        async def count_dead_letters(request: Request) -> Response:
            query = _query(request, queries["DeadLetter"], only=("where",))
            return await self._ask(request, "read", lambda k: _counts(dead_letters.counted(self._letters(k, query))))

        @app.post("/v1/dead-letters/replay")
        async def replay_dead_letters(request: Request) -> Response:
            def replay(key: ApiKey, wanted: Mapping[str, Any]) -> dict[str, Any]:
                page, following = _page(self._all_letters(key, _where(wanted)), wanted)
                waiting = [letter for letter in page if letter.replayed_at is None]
                verdicts = Verdicts(self._catalog)
                if wanted["dry_run"]:
                    counts = dead_letters.dry_run(waiting, verdicts)
                else:
                    counts = dead_letters.replay(
                        self._data_dir, waiting, verdicts, pace=Pace(None), by=f"key {key.key_id}"
                    )
                return _report(wanted, counts, 0, following)

            return await self._replay(request, replays["DeadLetter"], replay)

        @app.get("/v1/dead-letters/{name}")
        async def show_dead_letter(request: Request, name: str) -> Response:
            _refuse_verb(name)

            def look(key: ApiKey) -> dict[str, Any]:
                letter = _one(self._all_letters(key, Where()), name)
                return {"dead_letter": letter.fields, "line": letter.line.decode("utf-8", "replace")}

            return await self._ask(request, "read", look)

        @app.get("/v1/rejected")
        async def list_rejected(request: Request) -> Response:
            query = _query(request, queries["Rejected"])

            def look(key: ApiKey) -> dict[str, Any]:
                page, following = _page(self._rejected(key, query), query)
                return {"items": [item.fields for item in page], "next": following}

            return await self._ask(request, "read", look)

        @app.get("/v1/rejected/stats")
        async def count_rejected(request: Request) -> Response:
            query = _query(request, queries["Rejected"], only=("where",))
            return await self._ask(request, "read", lambda key: _counts(rejected.counted(self._rejected(key, query))))

        @app.post("/v1/rejected/replay")
        async def replay_rejected(request: Request) -> Response:
            def replay(key: ApiKey, wanted: Mapping[str, Any]) -> dict[str, Any]:
                try:
                    verdicts = Verdicts(self._catalog, wanted.get("as_version"))
                except ValueError as error:
                    raise RequestRefused(404, "not-found", str(error)) from None
                page, following = _page(self._rejected(key, wanted), wanted)
                may_write = rejected.granted(self._data_dir)
                if wanted["dry_run"]:
                    foreseen = rejected.dry_run(self._data_dir, page, verdicts, may_write)
                    return _report(wanted, *foreseen, following)
                counts, repeated = rejected.replay(
                    self._data_dir, page, verdicts, may_write, pace=Pace(None), by=f"key {key.key_id}"
                )
                return _report(wanted, counts, repeated, following)

            return await self._replay(request, replays["Rejected"], replay)

        @app.get("/v1/rejected/{name}")
        async def show_rejected(request: Request, name: str) -> Response:
            _refuse_verb(name)

            def look(key: ApiKey) -> dict[str, Any]:
                item = _one(self._rejected(key, {}), name)
                return {"rejected": item.fields, "line": item.line.decode("utf-8", "replace")}

            return await self._ask(request, "read", look)

    def _letters(self, key: ApiKey, query: Mapping[str, Any]) -> Iterator[dead_letters.Letter]:
        return (letter for letter in self._all_letters(key, _where(query)) if letter.replayed_at is None)

    def _all_letters(self, key: ApiKey, where: Where) -> Iterator[dead_letters.Letter]:
        found = dead_letters.letters(self._data_dir, where, replayed=True)
        return (letter for letter in found if key.may_write(letter.game_id))

    def _rejected(self, key: ApiKey, query: Mapping[str, Any]) -> Iterator[rejected.Refused]:
        where = _where(query)
        for item in rejected.refused(rejected.local_lines(self._data_dir)):
            fields = item.fields
            if key.may_write(fields["game_id"] or "") and where.matches(fields):
                yield item

    async def _replay(
        self,
        request: Request,
        validator: Draft202012Validator,
        replay: Callable[[ApiKey, Mapping[str, Any]], dict[str, Any]],
    ) -> Response:
        self._key(request, "operate")
        bodies.check_headers(dict(request.scope["headers"]), MAX_BODY_BYTES)
        try:
            body = await bodies.read(request.receive, MAX_BODY_BYTES, lambda size: None)
        except bodies.Disconnected:
            return Response(status_code=400)  # nobody is there to read it
        wanted = decode(body)
        refuse_duplicate_keys(body, encode(wanted).count(b":"))  # "dry_run" given twice could mean either
        _refuse(violations(validator, wanted))
        return await self._ask(request, "operate", lambda key: replay(key, wanted))

    async def _ask(self, request: Request, scope: str, work: Callable[[ApiKey], dict[str, Any]]) -> Response:
        key = self._key(request, scope)
        if not self._slots.acquire(blocking=False):
            raise RequestRefused(503, "unavailable", "other operators are asking; send it again", headers=RETRY_SOON)
        try:
            answer = await asyncio.to_thread(work, key)
        except RequestRefused:
            raise
        except FileDamaged as damaged:
            raise RequestRefused(503, "unavailable", str(damaged)) from damaged
        except Exception as error:
            # A locked spool, a file that vanished, a defect: none of it is the caller's, all may be tried again.
            log.exception("an operator's request failed", path=request.url.path)
            raise RequestRefused(
                503, "unavailable", "it could not be read; send it again", headers=RETRY_SOON
            ) from error
        finally:
            self._slots.release()
        return Response(msgspec.json.encode(answer), media_type="application/json")

    def _key(self, request: Request, scope: str) -> ApiKey:
        header = dict(request.scope["headers"]).get(b"authorization")
        return authenticate(self._keyring, header, self._now(), scope)


def _refuse_verb(name: str) -> None:
    if name == "replay":
        raise RequestRefused(405, "method-not-allowed", "a replay is a POST", headers=((b"allow", b"POST"),))


def _where(query: Mapping[str, Any]) -> Where:
    return Where.parse(query.get("where", ()))


def _page(found: Iterable[One], query: Mapping[str, Any]) -> tuple[list[One], str | None]:
    """The entries after `after`, and the name to go on with when there are more."""
    entries = iter(found)
    after = query.get("after")
    if after is not None and all(entry.name != after for entry in entries):
        raise RequestRefused(404, "not-found", f"there is no '{after}' here to go on after; start without it")
    limit = int(query.get("limit", 100))
    page = list(itertools.islice(entries, limit))
    return page, page[-1].name if page and next(entries, None) is not None else None


def _one(found: Iterable[One], name: str) -> One:
    for entry in found:
        if entry.name == name:
            return entry
    raise RequestRefused(404, "not-found", f"there is no '{name[:96]}'; the list has the names")


def _counts(counts: Counter[tuple[str, str, str]]) -> dict[str, Any]:
    return {"counts": rows(counts)[:MAX_ROWS]}


def _report(
    wanted: Mapping[str, Any], verdicts: Counter[Verdict], repeated: int, following: str | None
) -> dict[str, Any]:
    return {"dry_run": wanted["dry_run"], **report(verdicts, repeated), "next": following}


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
        raise RequestRefused(422, "invalid-request", "see errors for each reason", errors=errors[:32])
