"""The dialect that every schema is read by, JSON Schema 2020-12, and what keeps a document from being read by it.

Whatever dialect a file names, the server compiles it by this one, so that is what lint and gate hold it to.
"""

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import jsonschema_rs

from game_events_contract.keywords import Applies, Keyword
from game_events_contract.pointers import Tokens, resolve_reference, to_pointer
from game_events_contract.repository import Document
from game_events_contract.walk import children, is_schema, subschemas

DIALECT = "https://json-schema.org/draft/2020-12/schema"
EDITED_BY = "../meta.json"
"""What a file may name instead: the part of the dialect that the lint lets in, for editors, beside the schemas."""
MOST_LEVELS = 64
"""How deep a schema may nest: more than any event needs, and few enough for every walk over it."""
_META = jsonschema_rs.Draft202012Validator({"$ref": DIALECT})
_HINTS = {
    "items": "a list of schemas is written prefixItems since 2020-12, and items is what follows them",
    "multipleOf": "values are multiples of it, so it is above 0",
    "exclusiveMinimum": "since draft 6 it is the bound itself, a number",
    "exclusiveMaximum": "since draft 6 it is the bound itself, a number",
    "type": "one of null, boolean, integer, number, string, array, object, or a list of these",
    "required": "since draft 4 it is a list of names, beside properties",
}
_SAME_VALUE = (
    Applies.BESIDE,
    Applies.ALTERNATIVELY,
    Applies.CONDITIONALLY,
    Applies.WITH_A_FIELD,
    Applies.NEGATED,
)
"""Subschemas that judge the very value their schema judges, and no part of it."""


class Misreading(NamedTuple):
    """Why a document is no schema, and at which place of it."""

    tokens: Tokens
    message: str

    def __str__(self) -> str:
        return f"{to_pointer(self.tokens) or 'the root'}: {self.message}"


def dialect_of(document: Document) -> str:
    """The dialect that a document names, however it is spelled; where it names none, the one it is read by."""
    named = document.get(Keyword.SCHEMA, DIALECT)
    return str(named).rstrip("#")


def misreadings(document: Document) -> list[Misreading]:
    """Everything that keeps the document from being a schema; references into other files are not followed."""
    found = list(_values(document)) or list(_meta(document)) or list(_patterns(document))
    return found or list(_endless(document))


def _values(document: Document) -> Iterator[Misreading]:
    """What JSON has no word for, and nesting that no walk would end in."""
    waiting: list[tuple[Tokens, Any]] = [((), document)]
    while waiting:
        tokens, value = waiting.pop()
        if len(tokens) > 2 * MOST_LEVELS:
            yield Misreading((), f"nested deeper than {MOST_LEVELS} levels")
            return
        if isinstance(value, float) and not math.isfinite(value):
            yield Misreading(tokens, f"{value} is no JSON number")
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        waiting += [((*tokens, str(key)), child) for key, child in inner]


def _meta(document: Document) -> Iterator[Misreading]:
    errors = {tuple(map(str, error.instance_path)): error.message for error in _META.iter_errors(document)}
    for tokens, message in errors.items():
        hint = _HINTS.get(tokens[-1] if tokens else "")
        yield Misreading(tokens, f"{message}: {hint}" if hint else message)


def _patterns(document: Document) -> Iterator[Misreading]:
    for place, schema in subschemas(document):
        if not isinstance(schema, dict):
            continue
        named = schema.get(Keyword.PATTERN_PROPERTIES, {})
        for tokens, pattern in [
            *(((Keyword.PATTERN,), schema[name]) for name in (Keyword.PATTERN,) if name in schema),
            *(((Keyword.PATTERN_PROPERTIES, pattern), pattern) for pattern in named),
        ]:
            problem = _pattern_problem(pattern)
            if problem:
                yield Misreading((*place.tokens, *tokens), problem)


@lru_cache(maxsize=4096)
def _pattern_problem(pattern: str) -> str | None:
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except ValueError:
        return f"{pattern!r} is no regular expression that the server can read"
    return None


def _endless(document: Document) -> Iterator[Misreading]:
    """References that lead nowhere, and those by which a schema contains itself at the same place of a value."""
    steps: dict[int, list[int]] = {}
    spots: dict[int, tuple[Tokens, str]] = {}
    waiting: list[tuple[Tokens, Any]] = [((), document)]
    kept: list[Any] = []  # what is known by its id stays alive
    while waiting:
        tokens, schema = waiting.pop()
        if not isinstance(schema, dict) or id(schema) in steps:
            continue
        kept.append(schema)
        steps[id(schema)] = []
        for link, child in children(schema):
            waiting.append(((*tokens, *link.tokens), child))
            if link.keyword.applies in _SAME_VALUE:
                steps[id(schema)].append(id(child))
        reference = schema.get(Keyword.REF)
        if reference is None or not reference.startswith("#"):
            continue
        try:
            target = resolve_reference(document, reference)
        except ValueError as error:
            yield Misreading((*tokens, Keyword.REF), str(error))
            continue
        if not is_schema(target):
            yield Misreading((*tokens, Keyword.REF), f"$ref {reference!r} leads to no schema")
            continue
        steps[id(schema)].append(id(target))
        spots[id(schema)] = (tokens, reference)
        waiting.append((tokens, target))
    for circle in _circling(steps) & spots.keys():
        tokens, reference = spots[circle]
        message = f"$ref {reference!r} leads back to itself with no field or item between: no value ever settles it"
        yield Misreading((*tokens, Keyword.REF), message)


def _circling(steps: dict[int, list[int]]) -> set[int]:
    """The nodes of a graph from which a walk need not end."""
    left = {node: {end for end in ends if end in steps} for node, ends in steps.items()}
    while True:
        ending = {node for node, ends in left.items() if not ends}
        if not ending:
            return set(left)
        left = {node: ends - ending for node, ends in left.items() if node not in ending}
