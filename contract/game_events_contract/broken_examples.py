"""Invalid events, made by rule from a schema and an event that it takes: each breaks one keyword at one place.

So nobody has to write them by hand. What only people know of (a value that looks right and is not) is a document in
`schemas/examples/<event>/invalid`, as a supplement.
"""

import copy
from collections.abc import Iterator
from typing import Any, NamedTuple

from game_events_contract.bundle import as_read
from game_events_contract.pointers import Tokens, to_pointer
from game_events_contract.repository import Document
from game_events_contract.walk import as_document

UNKNOWN_FIELD = "no_such_field"
_OF_ANOTHER_TYPE: dict[str, Any] = {
    "string": 7,
    "integer": "7",
    "number": "7",
    "boolean": "yes",
    "object": [],
    "array": {},
}
_MOST_TEXT = 10_000


class Broken(NamedTuple):
    """An event that is refused by `rule`, a keyword, at `pointer`."""

    rule: str
    pointer: str
    event: Document


def broken(bundled: Document, event: Document) -> Iterator[Broken]:
    """The ways in which `event`, valid by the self-contained schema, breaks it; unions and conditions are left out."""
    for rule, tokens, value in _object(as_read(bundled, bundled), event, (), bundled):
        yield Broken(rule, to_pointer(tokens), value)


def _object(schema: Document, value: Document, at: Tokens, root: Document) -> Iterator[tuple[str, Tokens, Any]]:
    for name in schema.get("required", ()):
        yield "required", at, {other: inner for other, inner in value.items() if other != name}
    if schema.get("additionalProperties") is False and "patternProperties" not in schema:
        yield "additionalProperties", at, {**value, UNKNOWN_FIELD: 1}
    for name, inner in value.items():
        said = schema.get("properties", {}).get(name)
        if said is None or isinstance(said, bool):
            continue
        field = as_read(as_document(said), root)
        for rule, tokens, wrong in _value(field, inner, (*at, name), root):
            yield rule, tokens, {**copy.deepcopy(value), name: wrong}


def _value(schema: Document, value: Any, at: Tokens, root: Document) -> Iterator[tuple[str, Tokens, Any]]:
    declared = schema.get("type")
    if isinstance(declared, str) and declared in _OF_ANOTHER_TYPE and not {"enum", "const"} & schema.keys():
        yield "type", at, _OF_ANOTHER_TYPE[declared]
    if isinstance(value, str):
        yield from ((rule, at, wrong) for rule, wrong in _texts(schema))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from ((rule, at, wrong) for rule, wrong in _numbers(schema))
    elif isinstance(value, dict):
        yield from _object(schema, value, at, root)


def _texts(schema: Document) -> Iterator[tuple[str, Any]]:
    if "const" in schema:
        yield "const", f"{schema['const']}-not"
    elif "enum" in schema:
        yield "enum", "-".join(map(str, schema["enum"]))
    elif "maxLength" in schema and not {"pattern", "format"} & schema.keys() and schema["maxLength"] < _MOST_TEXT:
        yield "maxLength", "x" * (schema["maxLength"] + 1)


def _numbers(schema: Document) -> Iterator[tuple[str, Any]]:
    if {"const", "enum", "multipleOf"} & schema.keys():
        return
    if "minimum" in schema:
        yield "minimum", schema["minimum"] - 1
    if "maximum" in schema:
        yield "maximum", schema["maximum"] + 1
