"""`POST /v1/judge`: what every published version of its event says of a document. Nothing is stored."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from game_events_models import contract
from game_events_models.http import Judgement

from game_events_api.admission import body as bodies
from game_events_api.admission.admit import check_headers
from game_events_api.contract.catalog import Catalog, Schema
from game_events_api.contract.decode import decode, encode, refuse_duplicate_keys
from game_events_api.contract.reasons import at_its_field
from game_events_api.errors import Problem, RequestRefused
from game_events_api.operators.extensions import Surface

MOST_BYTES = 64 * 1024


def add_judging(app: FastAPI, surface: Surface, catalog: Catalog) -> None:
    reader = Depends(surface.authorised("read"))

    @app.post("/v1/judge", response_model=Judgement)
    async def judge(request: Request, caller: Annotated[Any, reader]) -> Judgement:
        check_headers(dict(request.scope["headers"]), MOST_BYTES)
        try:
            body = await bodies.read(request.receive, MOST_BYTES, lambda size: None)
        except bodies.Disconnected:
            raise RequestRefused(Problem.MALFORMED_JSON, "the body never ended") from None
        event = decode(body)
        refuse_duplicate_keys(body, encode(event))
        if not isinstance(event, dict):
            raise RequestRefused(Problem.MALFORMED_JSON, "an event is a JSON object")
        verdicts = await asyncio.to_thread(_of_every_version, catalog, event)
        return Judgement.model_validate({"verdicts": verdicts})


def _of_every_version(catalog: Catalog, event: dict[str, Any]) -> list[dict[str, Any]]:
    """The newest first; of a type that there is not, what the server would say of it."""
    event_type = event.get("event_type")
    versions = contract.versions().get(event_type, ()) if isinstance(event_type, str) else ()
    if not versions:
        found = catalog.find(event)
        reasons = [] if isinstance(found, Schema) else [found.model_dump()]
        return [{"schema_version": str(event.get("schema_version") or "")[:128], "named": True, "reasons": reasons}]
    return [_of_version(catalog, event, version) for version in reversed(versions)]


def _of_version(catalog: Catalog, event: dict[str, Any], version: str) -> dict[str, Any]:
    schema = catalog.find({**event, "schema_version": version})
    assert isinstance(schema, Schema)
    errors = schema.violations({**event, "schema_version": version}, datetime.now(UTC))
    reasons = [at_its_field(json.loads(error.model_dump_json())) for error in errors]
    return {"schema_version": version, "named": version == event.get("schema_version"), "reasons": reasons}
