"""Playground: one event or several, what every version says of them, and sending them as a test."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from game_events_models import contract
from starlette.responses import Response
from starlette.routing import Route

from game_events_console.code import as_curl, as_sdk
from game_events_console.documents import Line, lines_of
from game_events_console.inside import ApiProblem
from game_events_console.pages.live import one_event
from game_events_console.pasted import Pasted, TooMuch, events_in
from game_events_console.sandbox import Sandbox, Sent, as_test
from game_events_console.starts import document_of, known_type, starts
from game_events_console.visits import Pages, Visit

NAME = re.compile(r"[0-9a-f]{12}")
"""Of a rejected event."""
MOST_SHOWN = 20
"""Refused events of which the document is shown; all are in the list."""


def routes(pages: Pages, sandbox: Sandbox) -> list[Route]:
    return [
        pages.route("/playground", partial(_begin, sandbox), "playground", "Playground"),
        pages.route("/playground", partial(_judge, sandbox), "playground", "Playground", ("POST",)),
    ]


@dataclass(frozen=True)
class Judged:
    number: int
    """Of those that were pasted, from 1."""
    pasted: Pasted
    verdicts: Sequence[Any] = ()
    """Of every version, the newest first."""
    problem: str = ""
    """Why nothing could judge it."""

    @property
    def event_type(self) -> str | None:
        return self._named("event_type")

    @property
    def version(self) -> str | None:
        return self._named("schema_version")

    def _named(self, name: str) -> str | None:
        document = self.pasted.document
        value = document.get(name) if isinstance(document, dict) else None
        return value[:64] if isinstance(value, str) else None

    @property
    def reasons(self) -> Sequence[Any]:
        """Of the version that it names."""
        named = next((one for one in self.verdicts if one["named"]), None)
        if named is not None:
            return list(named["reasons"])
        if not self.verdicts:
            return []
        return [
            {"rule": "unknown-schema-version", "pointer": "/schema_version", "message": "it names no published one"}
        ]

    @property
    def passes(self) -> bool:
        return not self.problem and not self.reasons

    @property
    def lines(self) -> list[Line]:
        return lines_of(self.pasted.document, self.reasons, fold=True) if self.reasons else []


async def _begin(sandbox: Sandbox, visit: Visit) -> Response:
    document = await _wanted(visit)
    text = document if isinstance(document, str) else json.dumps(document, indent=2, ensure_ascii=False)
    return await _shown(sandbox, visit, text)


async def _wanted(visit: Visit) -> Any:
    """The event that the address names, or an example."""
    query = visit.request.query_params
    if event := query.get("event"):
        shown = await one_event(visit, event)
        return shown["document"] or shown["text"] or {}
    if name := query.get("rejected"):
        if not NAME.fullmatch(name):
            raise ApiProblem(
                404, {"title": "Not found", "detail": "no rejected event is called so; the list has the names"}
            )
        raw = str(json.loads((await visit.api.get(f"/v1/rejected/{name}"))["line"])["raw"] or "{}")
        try:
            return json.loads(raw)
        except (ValueError, RecursionError):
            return raw
    return document_of(known_type(query.get("type")), query.get("example", ""))


async def _judge(sandbox: Sandbox, visit: Visit) -> Response:
    form = await visit.form()
    text = form.get("document", "")
    try:
        judged = [await _judged(visit, number, one) for number, one in enumerate(events_in(text), 1)]
    except TooMuch as bound:
        return await _shown(sandbox, visit, text, too_much=str(bound))
    sent = None
    if form.get("do") == "send":
        sent = await sandbox.send(visit.session, [one.pasted.document for one in judged if one.passes])
    return await _shown(sandbox, visit, text, judged, sent)


async def _judged(visit: Visit, number: int, one: Pasted) -> Judged:
    if one.problem:
        return Judged(number, one, problem=one.problem)
    try:
        return Judged(number, one, (await visit.api.post_text("/v1/judge", one.text))["verdicts"])
    except ApiProblem as problem:
        if problem.status not in (400, 413, 422):
            raise
        said = str(problem)
        return Judged(number, one, problem=said[:1].upper() + said[1:])


async def _shown(
    sandbox: Sandbox,
    visit: Visit,
    text: str,
    judged: Sequence[Judged] = (),
    sent: Sent | None = None,
    too_much: str = "",
) -> Response:
    only = judged[0] if len(judged) == 1 else None
    query = visit.request.query_params
    event_type = known_type(next((one.event_type for one in judged), None) or query.get("type"))
    passing = [as_test(one.pasted.document) for one in judged if one.passes]
    return await visit.page(
        "playground.html",
        "playground",
        "Playground",
        text=text,
        judged=judged,
        only=only,
        shown=[one for one in judged if not one.passes][:MOST_SHOWN],
        passing=len(passing),
        sent=sent,
        too_much=too_much,
        why_not=sandbox.why_not(visit.session),
        curl=as_curl(passing[0]) if only and passing else "",
        sdk=as_sdk(passing[0]) if only and passing else "",
        event_type=event_type,
        event_types=list(contract.versions()),
        starts=starts(event_type),
        started=query.get("example", ""),
    )
