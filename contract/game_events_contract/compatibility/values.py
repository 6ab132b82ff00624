"""The values that one schema allows, as far as its own keywords tell."""

import json
from functools import lru_cache
from typing import Any

import jsonschema_rs

from game_events_contract.repository import Document

TYPES = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})


def canonical(value: Any) -> str:
    """Equal text for values that JSON Schema calls equal: 1 and 1.0 are, 1 and true are not."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, list):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{_quoted(key)}:{canonical(value[key])}" for key in sorted(value)) + "}"
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    return json.dumps(text)


def types(schema: Document) -> frozenset[str]:
    """The types a schema allows; `number` includes `integer`."""
    declared = schema.get("type")
    allowed = frozenset([declared] if isinstance(declared, str) else TYPES if declared is None else declared)
    return allowed | {"integer"} if "number" in allowed else allowed


def listed(schema: Document) -> list[Any] | None:
    """The finite list of values a schema allows by `const` and `enum`; None when it has neither."""
    values: list[Any] | None = schema.get("enum")
    if "const" not in schema:
        return values
    constant = canonical(schema["const"])
    return [schema["const"]] if values is None or constant in map(canonical, values) else []


def impossible(schema: Document) -> bool:
    """Whether the schema plainly allows nothing."""
    return schema.get("not") in ({}, True) or schema.get("enum") == []


def finite(schema: Document) -> list[Any] | None:
    """Every value a schema can allow, where its list or its types leave few; None where they leave many."""
    values = listed(schema)
    if values is None and types(schema) <= {"null", "boolean"}:
        return [None, False, True]
    return values


@lru_cache(maxsize=4096)
def matches(pattern: str, name: str) -> bool:
    """Whether a regular expression of a schema finds something in a name, as the validator reads it."""
    return jsonschema_rs.Draft202012Validator({"pattern": pattern}).is_valid(name)
