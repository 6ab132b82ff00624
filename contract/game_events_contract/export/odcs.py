"""A data contract of the Open Data Contract Standard (https://bitol-io.github.io/open-data-contract-standard), 3.2."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import yaml

from game_events_contract.annotations import words_of
from game_events_contract.bundle import as_read, bundle
from game_events_contract.keywords import Keyword
from game_events_contract.repository import Document, SchemaFile, SchemaRepository

API_VERSION = "v3.2.0"
DEEPEST = 8
"""Levels of nested fields that are written out; a definition that refers to itself ends there."""
OPTIONS = {
    "string": ("minLength", "maxLength", "pattern", "format"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "integer": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "object": ("minProperties", "maxProperties"),
    "array": ("minItems", "maxItems", "uniqueItems"),
}
"""What the standard takes as `logicalTypeOptions` of each type, under JSON Schema's own names."""
TYPES = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    list: "array",
    dict: "object",
    type(None): "null",
}
FORMATS = {"date-time": "timestamp", "date": "date", "time": "time"}


def data_contract(schemas: SchemaRepository, file: SchemaFile) -> str:
    """One event version as a data contract, in YAML."""
    document, bundled = file.document, bundle(file)
    contract: dict[str, Any] = {
        "apiVersion": API_VERSION,
        "kind": "DataContract",
        "id": f"game-events/{file.name}",
        "name": file.name,
        "version": str(file.version).replace("-", "."),
        "status": _status(schemas.lifecycle.get(file.label, {}), datetime.now(UTC).date()),
        "description": {"purpose": document["description"]},
        "schema": [
            {
                "name": file.name,
                "logicalType": "object",
                "physicalType": "JSON",
                "description": document["description"],
                "properties": _fields(bundled, bundled, 0),
            }
        ],
    }
    return yaml.safe_dump(contract, sort_keys=False, allow_unicode=True, width=120)


def _status(lifecycle: dict[str, str], today: date) -> str:
    for state, since in (("retired", "sunset"), ("deprecated", "deprecated")):
        if since in lifecycle and date.fromisoformat(lifecycle[since]) <= today:
            return state
    return "active"


def _fields(document: Document, bundled: Document, depth: int) -> list[dict[str, Any]]:
    required = document.get("required", ())
    return [
        {"name": name, **({"required": True} if name in required else {}), **_field(schema, bundled, depth)}
        for name, schema in document.get("properties", {}).items()
    ]


def _field(schema: Document | bool, bundled: Document, depth: int) -> dict[str, Any]:
    """A property of the standard."""
    document = as_read(schema, bundled)
    field: dict[str, Any] = {key: document[key] for key in ("description", "examples") if document.get(key)}
    field |= _annotated(words_of(document))
    types = _types(document)
    if len(types) == 1:
        field |= _typed(types.pop(), document, bundled, depth)
    else:  # the standard has one type a field, and its schema takes none without
        field |= {"logicalType": "object", "physicalType": "JSON"}
    values = [document["const"]] if "const" in document else document.get("enum", [])
    if values and not any(isinstance(value, dict | list) for value in values):
        field["enum"] = [{"value": value} for value in values]
    return field


def _annotated(words: Mapping[str, Any]) -> dict[str, Any]:
    others = {word.removeprefix("x-"): value for word, value in words.items() if word != Keyword.DEPRECATED}
    custom = [{"property": name, "value": value} for name, value in others.items()]
    deprecated = {"deprecated": True} if Keyword.DEPRECATED in words else {}
    return {**deprecated, **({"customProperties": custom} if custom else {})}


def _types(document: Document) -> set[str]:
    """The types that a field takes beside null, as far as the schema names them or lists the values."""
    if "type" in document:
        types = document["type"]
        return ({types} if isinstance(types, str) else set(types)) - {"null"}
    values = [document["const"]] if "const" in document else document.get("enum", [])
    return {TYPES[type(value)] for value in values} - {"null"}


def _typed(name: str, document: Document, bundled: Document, depth: int) -> dict[str, Any]:
    temporal = FORMATS.get(document.get("format", "")) if name == "string" else None
    typed: dict[str, Any] = {"logicalType": temporal or name, "physicalType": name}
    options = {key: document[key] for key in OPTIONS.get(name, ()) if key in document and temporal is None}
    others = document.get("additionalProperties")
    if name == "object" and isinstance(others, dict) and not document.get("properties") and depth < DEEPEST:
        key = {"logicalType": "string"}
        return {
            "logicalType": "map",
            "physicalType": name,
            "map": {"key": key, "value": _field(others, bundled, depth + 1)},
        }
    if name == "object":
        options |= {"required": list(document["required"])} if document.get("required") else {}
        if depth < DEEPEST and document.get("properties"):
            typed["properties"] = _fields(document, bundled, depth + 1)
    if name == "array" and depth < DEEPEST and "items" in document:
        typed["items"] = _field(document["items"], bundled, depth + 1)
    return typed | ({"logicalTypeOptions": options} if options else {})
