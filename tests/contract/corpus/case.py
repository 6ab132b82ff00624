"""One event schema of the corpus: what it says, events it takes and refuses, and whether the lint lets it in."""

import copy
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
Document = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SHARED = "../common/1-0-0.json#/$defs/"
ENVELOPE = ("event_id", "event_time", "user_id", "session_id", "game_id", "platform", "app_version", "environment")
ANY_RULE = "any"
OPTIONAL = ("country_code", "device", "properties")
_SENT = {
    "event_time": "2026-11-21T09:30:00.123Z",
    "user_id": "player-000123",
    "session_id": "session-8f2c",
    "game_id": "puzzle-quest",
    "platform": "android",
    "app_version": "1.4.2",
    "environment": "production",
}


@dataclass(frozen=True)
class Case:
    """One event type in its version 1-0-0."""

    kind: str
    """Which kind of schema it stands for."""
    event_type: str
    document: Document
    valid: tuple[Document, ...] = ()
    """Whole events that the schema takes."""
    invalid: tuple[Document, ...] = ()
    """Whole events that the schema refuses."""
    refused: str | None = None
    """The lint rule that keeps the schema out, `ANY_RULE` where more than one may; None where it works everywhere."""

    def __str__(self) -> str:
        return f"{self.event_type} ({self.kind})"


def case(
    kind: str,
    event_type: str,
    fields: Mapping[str, Any],
    *values: Document,
    required: tuple[str, ...] = (),
    bad: tuple[Document, ...] = (),
    refused: str | None = None,
    root: Mapping[str, Any] | None = None,
) -> Case:
    """An event with the envelope and `fields`; each of `values` is what one valid event says of them, `bad` what an
    invalid one does. Descriptions and examples that `fields` leave out are filled in. `root` is
    added to the root.
    """
    valid = tuple(event(event_type, value, index) for index, value in enumerate(values))
    invalid = tuple(event(event_type, value, -1 - index) for index, value in enumerate(bad))
    properties = {
        "event_type": {"description": "Which event this is.", "type": "string", "const": event_type},
        "schema_version": {"description": "The schema's version.", "type": "string", "const": "1-0-0"},
        **{name: {"$ref": SHARED + name} for name in (*ENVELOPE, *OPTIONAL)},
    }
    for name, schema in fields.items():
        shown = [value[name] for value in values if name in value][:1]
        properties[name] = _finished(schema, f"The {name}.", shown)
    document = {
        "$schema": DIALECT,
        "title": title_of(event_type),
        "description": f"{event_type} happened.",
        "type": "object",
        "properties": properties,
        "required": [*ENVELOPE, "event_type", "schema_version", *required],
        "additionalProperties": False,
        "examples": list(valid[:1]) or [event(event_type, {}, 0)],
        **(root or {}),
    }
    for name, schema in document.get("$defs", {}).items():
        document["$defs"][name] = _finished(schema, f"The {name}.", [])
    return Case(kind, event_type, document, valid, invalid, refused)


def title_of(event_type: str) -> str:
    return "".join(part.capitalize() for part in event_type.split("_")) + "Event"


def event(event_type: str, values: Document, number: int) -> Document:
    """A whole event; `number` makes its id its own."""
    identity = {"event_type": event_type, "schema_version": "1-0-0"}
    event_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{event_type} {number}"))
    return {"event_id": event_id, **_SENT, **identity, **copy.deepcopy(values)}


def _finished(schema: Any, description: str, shown: list[Any]) -> Any:
    """The schema of a field with everything the lint asks for and no author cares about here."""
    if not isinstance(schema, dict):
        return schema
    own = _nested(schema)
    if "$ref" in own:
        return {"description": description, **own}
    if "const" not in own:
        own.setdefault("examples", shown or [_something(own)])
    return {"description": description, **own}


def _something(schema: Document) -> Any:
    """A value of the schema's type, for a field that no event of the case has."""
    kinds = {"string": "x", "integer": 1, "number": 1, "boolean": True, "array": [], "object": {}}
    return schema["enum"][0] if "enum" in schema else kinds.get(str(schema.get("type")))


def _nested(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_nested(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    copied = {
        key: value if key in ("const", "enum", "examples", "default", "required", "properties") else _nested(value)
        for key, value in schema.items()
    }
    if isinstance(schema.get("properties"), dict):
        fields = schema["properties"].items()
        copied["properties"] = {name: _finished(field, f"Its {name}.", []) for name, field in fields}
    return copied
