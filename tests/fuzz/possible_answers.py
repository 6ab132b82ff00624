"""The problems and the rules that the edge may name to the fuzzer."""

from collections.abc import Iterator
from typing import Any

import jsonschema
from game_events_api.errors import Problem
from game_events_models import contract

POSSIBLE = {
    problem.slug: problem
    for problem in Problem
    if problem
    not in (
        *(Problem.UNAVAILABLE, Problem.RATE_LIMITED, Problem.REQUEST_TIMEOUT, Problem.HEADERS_TOO_LARGE),
        *(Problem.URI_TOO_LONG, Problem.NOT_IMPLEMENTED),
        *(Problem.NOT_FOUND, Problem.METHOD_NOT_ALLOWED, Problem.INVALID_REQUEST),
    )
}
"""Every problem that this application can have a reason for; the others need a cause that is not given."""
OWN_RULES = {
    *("unknown-event-type", "unknown-schema-version", "retired-schema-version", "event-too-old", "event-in-future"),
    *(
        "forbidden-game",
        "forbidden-event-type",
        "too-large",
        "too-many-values",
        "too-deep",
        "duplicate-key",
        "malformed-json",
    ),
    "date-time",
}


def keywords(schema: Any) -> Iterator[str]:
    """Every keyword of a schema, and whatever else stands in it under a name."""
    if isinstance(schema, dict):
        for name, inner in schema.items():
            yield name
            yield from keywords(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from keywords(inner)


SCHEMA_RULES = {
    keyword
    for event_type, versions in contract.versions().items()
    for version in versions
    for keyword in keywords(contract.judging_schema(event_type, version))
} & set(jsonschema.Draft202012Validator.VALIDATORS)
BATCH_RULES = {"type", "required", "additionalProperties", "minItems", "maxItems"}
