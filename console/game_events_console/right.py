"""What would be right at the place that a reason names, read from the schema of the version. Pure.

A rule's value is told where the schema has one there; where it has several, on conditions or in several forms, nothing
is told: the contract's own message says which one holds.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from game_events_models import contract

from game_events_console.kinds import FORMATS, Schema, kind_of

MOST_NAMED = 6
LONGEST = 48
BESIDE = ("allOf", "anyOf", "oneOf")
ON_CONDITION = ("then", "else")


def right(rule: str, pointer: str, event_type: str | None, version: str | None) -> str:
    """`at most 128 characters`; empty where the schema does not say it in one way."""
    if rule == "unknown-event-type":
        return f"types are {_listed(list(contract.versions()))}"
    versions = contract.versions().get(event_type or "", ())
    if rule == "unknown-schema-version" and versions:
        return f"versions are {_listed(versions[::-1])}"
    if event_type is None or version not in versions:
        return ""
    if rule == "retired-schema-version":
        return f"send `{contract.default_version(event_type)}`"
    return right_in(contract.inlined_schema(event_type, version), rule, pointer)


def right_in(schema: Schema, rule: str, pointer: str) -> str:
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    if rule in ("additionalProperties", "unevaluatedProperties") and steps:
        return _meant(list(_at(schema, schema, steps[:-1])), steps[-1])
    here = list(_at(schema, schema, steps))
    if rule == "required":
        return next(filter(None, map(_said, here)), "")
    names = [one["propertyNames"] for one in here if isinstance(one.get("propertyNames"), Mapping)]
    for prefix, places in (("", here), ("a name in it: ", names)):
        values = [one[rule] for one in places if rule in one]
        if values and all(value == values[0] for value in values):
            say = _RIGHT.get(rule)
            return prefix + say(values[0], places) if say else ""
    return ""


def _at(schema: Any, root: Schema, steps: Sequence[str]) -> Iterator[Schema]:
    """The schemas that bear on the value at the end of the steps, whatever they hold on."""
    for one in _beside(schema, root):
        if not steps:
            yield one
            continue
        step, rest = steps[0], steps[1:]
        named = [one.get("properties", {}).get(step)]
        named += [inner for name, inner in one.get("patternProperties", {}).items() if re.search(name, step)]
        if step.isdecimal():
            listed = one.get("prefixItems", [])
            named.append(listed[int(step)] if int(step) < len(listed) else one.get("items"))
        if not any(isinstance(inner, Mapping) for inner in named):
            named = [one.get("additionalProperties")]
        for inner in named:
            yield from _at(inner, root, rest)


def _beside(schema: Any, root: Schema, depth: int = 8) -> Iterator[Schema]:
    if not isinstance(schema, Mapping) or not depth:
        return
    yield schema
    inner = [one for name in BESIDE for one in schema.get(name, ())]
    inner += [schema.get(name) for name in ON_CONDITION] + list(schema.get("dependentSchemas", {}).values())
    if str(schema.get("$ref", "")).startswith("#/$defs/"):
        inner.append(root.get("$defs", {}).get(schema["$ref"].removeprefix("#/$defs/")))
    for one in inner:
        yield from _beside(one, root, depth - 1)


def _said(schema: Schema) -> str:
    """What a value is, in words, with the first example."""
    if "const" in schema:
        return _value(schema["const"])
    if "enum" in schema:
        return _one_of(schema["enum"])
    kind = kind_of(schema)
    return kind + _such_as(schema) if kind else ""


def _such_as(*schemas: Schema) -> str:
    examples = [one["examples"][0] for one in schemas if one.get("examples")]
    return f" such as {_value(examples[0])}" if examples and not isinstance(examples[0], Mapping | list) else ""


def _meant(objects: Sequence[Schema], name: str) -> str:
    known = [known for one in objects for known in one.get("properties", {})]
    close = get_close_matches(name, known, n=1)
    return f"perhaps `{close[0]}` is meant" if close else "leave it out"


def _one_of(values: Sequence[Any]) -> str:
    return ("one of " if len(values) > 1 else "") + _listed(values)


def _listed(values: Sequence[Any]) -> str:
    named = ", ".join(map(_value, values[:MOST_NAMED]))
    more = len(values) - MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named


def _value(value: Any) -> str:
    return _code(json.dumps(value, ensure_ascii=False))


def _code(text: str) -> str:
    shown = text.replace("`", "'")
    return f"`{shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + '…'}`"


def _many(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"


def _forms(branches: Sequence[Any]) -> str:
    said = [str(one.get("title") or _said(one)) for one in branches if isinstance(one, Mapping)]
    return " or ".join(dict.fromkeys(filter(None, said)))


def _needs(dependent: Mapping[str, Sequence[str]]) -> str:
    said = [f"with `{name}` goes {', '.join(f'`{one}`' for one in names)}" for name, names in dependent.items()]
    return "; ".join(said[:MOST_NAMED])


Say = Callable[[Any, Sequence[Schema]], str]
_RIGHT: Mapping[str, Say] = {
    "type": lambda value, here: next(filter(None, map(_said, here)), ""),
    "enum": lambda values, here: _one_of(values),
    "const": lambda value, here: _value(value),
    "pattern": lambda value, here: f"it matches {_code(value)}{_such_as(*here).replace(' such', ', such')}",
    "format": lambda value, here: str(FORMATS.get(value, value)) + _such_as(*here),
    "minLength": lambda value, here: f"at least {_many(value, 'character', 'characters')}",
    "maxLength": lambda value, here: f"at most {_many(value, 'character', 'characters')}",
    "minimum": lambda value, here: f"{value:,} or more",
    "maximum": lambda value, here: f"{value:,} or less",
    "exclusiveMinimum": lambda value, here: f"more than {value:,}",
    "exclusiveMaximum": lambda value, here: f"less than {value:,}",
    "multipleOf": lambda value, here: f"a multiple of {value}",
    "minItems": lambda value, here: f"at least {value:,}",
    "maxItems": lambda value, here: f"at most {value:,}",
    "contains": lambda value, here: _said(value) if isinstance(value, Mapping) else "",
    "minContains": lambda value, here: f"at least {value:,}",
    "maxContains": lambda value, here: f"at most {value:,}",
    "minProperties": lambda value, here: f"at least {value:,}",
    "maxProperties": lambda value, here: f"at most {value:,}",
    "dependentRequired": lambda value, here: _needs(value),
    "anyOf": lambda value, here: _forms(value),
    "oneOf": lambda value, here: _forms(value),
}
