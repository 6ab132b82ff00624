"""Pairs of small schemas drawn at random from all keywords, and every small value to judge them with.

The schemas speak of few names and few values, so that what one part of a schema says meets what another part says.
"""

import copy
import random
from collections.abc import Callable
from itertools import product
from typing import Any

Schema = Any
NAMES = ("a", "ab", "b")
PATTERNS = ("^a", "b$", "^ab$")
SCALARS: tuple[Any, ...] = (None, True, False, 0, 1, 2, 1.5, "", "a", "ab", "b")
DEFINITIONS = ("d", "e")
KINDS = ("null", "boolean", "integer", "number", "string", "array", "object")


def small_values() -> list[Any]:
    """Scalars, lists of up to three items, objects of up to three fields, and some of these within one another."""
    few = (1, "a", "ab")
    lists = [list(items) for count in range(4) for items in product(few, repeat=count)]
    objects = [
        {name: value for name, value in zip(NAMES, fields, strict=True) if value is not None}
        for fields in product((None, *few), repeat=len(NAMES))
    ]
    nested = [{name: inner} for name in NAMES for inner in (*objects[:30], *lists[:8])]
    return [*SCALARS, *lists, *objects, *nested, *([inner] for inner in objects[:30]), {"a": None}, {"b": True}]


def small_schema(chance: random.Random, depth: int = 2) -> Schema:
    """A schema of a few keywords; a subschema is at most `depth` levels below it."""
    if depth == 0 or chance.random() < 0.2:
        return _leaf(chance)
    weights = [WEIGHTS.get(keyword, 1) for keyword in KEYWORDS]
    drawn = dict.fromkeys(chance.choices(list(KEYWORDS), weights, k=chance.choice((1, 2, 2, 3, 3, 4))))
    return {keyword: KEYWORDS[keyword](chance, depth - 1) for keyword in drawn}


def with_definitions(chance: random.Random) -> dict[str, Any]:
    """A whole document: a schema beside the definitions that it may refer to."""
    root = small_schema(chance, chance.choice((1, 2, 2, 3)))
    root = root if isinstance(root, dict) else {"allOf": [root]}
    return {**root, "$defs": _grounded({name: small_schema(chance, 1) for name in DEFINITIONS})}


def changed(schema: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """A copy with one or two places changed: a keyword added, taken away, drawn anew or moved into `allOf`."""
    copied = copy.deepcopy(schema)
    for _ in range(chance.randint(1, 2)):
        place = chance.choice(_places(copied))
        own = sorted(keyword for keyword in place if keyword != "$defs")
        keyword = chance.choice(own if own and chance.random() < 0.6 else sorted(KEYWORDS.keys() - {"$defs"}))
        value = place.get(keyword)
        action = chance.random()
        if isinstance(value, dict) and value and keyword in _MAPS and action < 0.6:
            name = chance.choice(sorted(value))
            if action < 0.3:
                value.pop(name)
            else:
                value[name] = small_schema(chance, 1)
        elif isinstance(value, list) and len(value) > 1 and action < 0.4:
            value.pop(chance.randrange(len(value)))
        elif keyword in place and action < 0.7:
            place.pop(keyword)
        elif action < 0.85:
            place[keyword] = KEYWORDS.get(keyword, _count)(chance, 1)
        elif place is not copied:
            moved = {key: place.pop(key) for key in chance.sample(own, len(own) // 2)}
            place["$defs"] = KEYWORDS["$defs"](chance, 1)
            place["allOf"] = [*place.get("allOf", []), moved]
        else:
            copied["$defs"][chance.choice(DEFINITIONS)] = small_schema(chance, 2)
    return {**copied, "$defs": _grounded(copied["$defs"])}


def _leaf(chance: random.Random) -> Schema:
    return chance.choice(
        [
            {},
            {},
            {},
            True,
            True,
            False,
            {"type": chance.choice(KINDS)},
            {"type": chance.sample(KINDS, 2)},
            {"const": chance.choice(SCALARS)},
            {"enum": chance.sample(SCALARS, 2)},
            {"pattern": chance.choice(PATTERNS)},
            {"maxLength": chance.randint(0, 2)},
            {"minimum": chance.randint(0, 2)},
            {"type": "string"},
            {"type": "integer"},
            {"$ref": "#/$defs/d"},
            {"$ref": "#/$defs/e"},
        ]
    )


def _some(chance: random.Random, depth: int) -> list[Schema]:
    return [small_schema(chance, depth) for _ in range(chance.randint(1, 2))]


def _fields(names: tuple[str, ...]) -> Callable[[random.Random, int], dict[str, Schema]]:
    return lambda chance, depth: {
        name: small_schema(chance, depth) for name in chance.sample(names, chance.randint(1, 2))
    }


def _one(chance: random.Random, depth: int) -> Schema:
    return small_schema(chance, depth)


def _closing(chance: random.Random, depth: int) -> Schema:
    return False if chance.random() < 0.6 else small_schema(chance, depth)


def _count(chance: random.Random, depth: int) -> int:
    return chance.randint(0, 3)


KEYWORDS: dict[str, Callable[[random.Random, int], Any]] = {
    "properties": _fields(NAMES),
    "patternProperties": _fields(PATTERNS),
    "dependentSchemas": _fields(NAMES),
    "additionalProperties": _closing,
    "unevaluatedProperties": _closing,
    "unevaluatedItems": _closing,
    "items": _closing,
    "propertyNames": _one,
    "not": _one,
    "if": _one,
    "then": _one,
    "else": _one,
    "contains": _one,
    "prefixItems": _some,
    "allOf": _some,
    "anyOf": _some,
    "oneOf": _some,
    "required": lambda chance, depth: chance.sample(NAMES, chance.randint(0, 2)),
    "dependentRequired": lambda chance, depth: {chance.choice(NAMES): [chance.choice(NAMES)]},
    "$ref": lambda chance, depth: f"#/$defs/{chance.choice(DEFINITIONS)}",
    "$defs": lambda chance, depth: {chance.choice(DEFINITIONS): small_schema(chance, 0)},
    "const": lambda chance, depth: chance.choice(SCALARS),
    "enum": lambda chance, depth: chance.sample([*SCALARS, {}, {"a": 1}, ["a"]], chance.randint(1, 3)),
    "type": lambda chance, depth: chance.choice((*KINDS, ["string", "null"], ["object", "array"])),
    "minItems": _count,
    "maxItems": _count,
    "minContains": _count,
    "maxContains": _count,
    "minProperties": _count,
    "maxProperties": _count,
    "uniqueItems": lambda chance, depth: chance.random() < 0.5,
    "minLength": _count,
    "maxLength": _count,
    "minimum": _count,
    "exclusiveMaximum": _count,
    "multipleOf": lambda chance, depth: chance.choice((0.5, 1, 2)),
    "pattern": lambda chance, depth: chance.choice((*PATTERNS, "^[ab]*$", "^a?b?$", "^(?:a|ab)$", "a|^b", "^.{1,2}$")),
}
WEIGHTS = {
    "properties": 8,
    "patternProperties": 4,
    "additionalProperties": 6,
    "unevaluatedProperties": 4,
    "unevaluatedItems": 3,
    "items": 3,
    "prefixItems": 3,
    "allOf": 4,
    "anyOf": 3,
    "oneOf": 3,
    "if": 3,
    "then": 3,
    "else": 2,
    "dependentSchemas": 3,
    "$ref": 6,
}
"""How often a keyword is drawn, beside 1: most are those that change what another one means."""
_MAPS = ("properties", "patternProperties", "dependentSchemas")


_FURTHER_DOWN = (
    "properties",
    "patternProperties",
    "additionalProperties",
    "unevaluatedProperties",
    "propertyNames",
    "items",
    "prefixItems",
    "contains",
    "unevaluatedItems",
)
"""Below these, a definition may contain itself: they judge a part of the value."""


def _places(node: Any) -> list[dict[str, Any]]:
    """Every subschema that can be changed in place, definitions included."""
    found = []
    if isinstance(node, dict):
        found.append(node)
        for keyword, value in node.items():
            if keyword in (*_MAPS, "$defs"):
                found += [place for inner in value.values() for place in _places(inner)]
            elif keyword not in ("enum", "const", "required", "dependentRequired", "type"):
                found += _places(value)
    elif isinstance(node, list):
        found += [place for inner in node for place in _places(inner)]
    return found


def _grounded(definitions: dict[str, Schema]) -> dict[str, Schema]:
    """The definitions without the references by which one would contain itself at the same place of a value."""
    return {"d": _referring(definitions["d"], ("#/$defs/e",)), "e": _referring(definitions["e"], ())}


def _referring(node: Schema, allowed: tuple[str, ...]) -> Schema:
    if isinstance(node, list):
        return [_referring(item, allowed) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: value if key in _FURTHER_DOWN else _referring(value, allowed)
        for key, value in node.items()
        if key != "$ref" or value in allowed
    }
