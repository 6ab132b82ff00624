"""Playground: a document, and what every version says of it."""

import json
from typing import Any
from uuid import uuid4

from game_events_models import contract
from starlette.responses import Response
from starlette.routing import Route

from game_events_console.code import as_curl, example
from game_events_console.documents import lines_of
from game_events_console.inside import ApiProblem
from game_events_console.pages.live import one_event
from game_events_console.visits import Pages, Visit


def routes(pages: Pages) -> list[Route]:
    return [
        pages.route("/playground", _begin, "playground", "Playground"),
        pages.route("/playground", _judge, "playground", "Playground", ("POST",)),
    ]


async def _begin(visit: Visit) -> Response:
    document = await _wanted(visit)
    text = document if isinstance(document, str) else json.dumps(document, indent=2, ensure_ascii=False)
    return await _shown(visit, text)


async def _wanted(visit: Visit) -> Any:
    """The event that the address names, or an example."""
    query = visit.request.query_params
    if event := query.get("event"):
        shown = await one_event(visit, event)
        return shown["document"] or shown["text"] or {}
    if name := query.get("rejected"):
        raw = json.loads((await visit.api.get(f"/v1/rejected/{name}"))["line"])["raw"] or "{}"
        try:
            return json.loads(raw)
        except ValueError:
            return str(raw)
    event_type = query.get("type", "")
    versions = contract.versions()
    if event_type not in versions:
        event_type = next(iter(versions))
    version = query.get("version")
    return example(event_type, version if version in versions[event_type] else None)


async def _judge(visit: Visit) -> Response:
    text = (await visit.form()).get("document", "")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        return await _shown(visit, text, problem=f"This is no JSON: {error}")
    try:
        verdicts = (await visit.api.post("/v1/judge", document))["verdicts"]
    except ApiProblem as problem:
        if problem.status not in (400, 413, 422):
            raise
        return await _shown(visit, text, problem=str(problem).capitalize())
    return await _shown(visit, text, document=document, verdicts=verdicts)


async def _shown(
    visit: Visit, text: str, document: Any = None, verdicts: Any = (), problem: str | None = None
) -> Response:
    named = next((one for one in verdicts if one["named"]), None)
    reasons = named["reasons"] if named else []
    of_type = document.get("event_type") if isinstance(document, dict) else None
    return await visit.page(
        "playground.html",
        "playground",
        "Playground",
        text=text,
        verdicts=verdicts,
        problem=problem,
        event_type=of_type if isinstance(of_type, str) else None,
        lines=lines_of(document, reasons, fold=True) if reasons else [],
        curl=as_curl({**document, "environment": "sandbox", "event_id": str(uuid4())}) if document else "",
    )
