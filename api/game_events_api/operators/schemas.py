"""Every published event schema, and what each version changes."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Literal, NoReturn

from fastapi import FastAPI, Request, Response
from game_events_models import contract
from game_events_models.http import CompatibilityReport, FieldError, SchemaCompatibility, SchemaInfo, SchemaList

from game_events_api.errors import Problem, RequestRefused
from game_events_api.operators.documentation import mounted_at

FOREVER = "public, max-age=31536000, immutable"


def add_schemas(app: FastAPI) -> None:
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
