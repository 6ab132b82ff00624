"""Event schemas drawn at random: the kinds of the corpus, combined in ways that nobody thought of."""

import json
import random
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import jsonschema_rs
from contract.corpus.case import ENVELOPE, OPTIONAL, SHARED, Case, Document, case
from game_events_contract.repository import ROOT
from game_events_contract.walk import with_references

NAMES = [
    *("class", "from", "item", "items", "type", "value", "model_dump", "copy", "list", "level", "kind", "name", "self"),
    *("str", "json", "a", "b2", "long_field_name", "date", "order", "none", "event", "data", "import", "schema"),
]
TEXTS = ["", "a", "A b", "é🎮", "'\"\\", "null", "1", "\n", "x" * 20]
DEEPEST = 3


class Drawn(NamedTuple):
    schema: Any
    value: Callable[[], Any]
    """Draws a value; nearly always one that the schema takes."""


def drawn(seeds: range) -> list[Case]:
    """One event type for each seed, the same every time."""
    return [_Drawing(seed).case() for seed in seeds]


def _judge(schema: Document) -> jsonschema_rs.Draft202012Validator:
    local = with_references(schema, lambda reference: reference.replace(SHARED, "#/$defs/"))
    local["$defs"] = {**_shared(), **local.get("$defs", {})}
    return jsonschema_rs.Draft202012Validator(local, validate_formats=True)


@cache
def _shared() -> Document:
    document: Document = json.loads((ROOT / "schemas" / "common" / "1-0-0.json").read_text(encoding="utf-8"))
    return {name: document["$defs"][name] for name in (*ENVELOPE, *OPTIONAL, "amount", "currency")}


class _Drawing:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._event_type = f"drawn_{seed}"
        self._definitions: Document = {}

    def case(self) -> Case:
        fields = {name: self._drawn(0) for name in self._names(5)}
        required = tuple(name for name in fields if self._random.random() < 0.4)
        conditions = self._conditions(list(fields))
        for root in (conditions, {}):
            found = self._with(fields, required, root)
            if found.valid:
                return found
        return self._with({}, (), {})

    def _with(self, fields: dict[str, Drawn], required: tuple[str, ...], root: Document) -> Case:
        defined = {"$defs": dict(self._definitions)} if self._definitions else {}
        schemas = {name: {**field.schema, "examples": [None]} for name, field in fields.items()}
        values = [
            {name: field.value() for name, field in fields.items() if name in required or self._random.random() < 0.6}
            for _ in range(12)
        ]
        found = case("drawn", self._event_type, schemas, *values, required=required, root={**root, **defined})
        whole = _judge(found.document)
        valid = [event for event in found.valid if whole.is_valid(event)]
        for name, field in fields.items():
            properties = found.document["properties"]
            judge = _judge({"$ref": f"#/properties/{name}", "properties": properties, **defined})
            shown = next((value for value in (field.value() for _ in range(30)) if judge.is_valid(value)), None)
            properties[name]["examples"] = [shown]
        found.document["examples"] = valid[:1]
        return Case(found.kind, found.event_type, found.document, tuple(valid[:4]))

    def _names(self, most: int) -> list[str]:
        return self._random.sample(NAMES, self._random.randint(1, most))

    def _drawn(self, depth: int) -> Drawn:
        simple: list[Callable[[int], Drawn]] = [self._text, self._number, self._enum, self._const, self._flag]
        simple += [self._time, self._shared, self._types]
        nested: list[Callable[[int], Drawn]] = [self._list, self._tuple, self._object, self._map, self._patterns]
        nested += [self._union, self._tagged, self._intersection, self._definition]
        return self._random.choice(simple if depth >= DEEPEST else simple + nested + nested)(depth)

    def _text(self, _: int) -> Drawn:
        schema: Document = {"type": "string", "maxLength": self._random.choice([20, 64])}
        if self._random.random() < 0.3:
            return Drawn({**schema, "pattern": "^[a-z_]*$"}, lambda: self._random.choice(["", "ab_c", "x"]))
        return Drawn(schema, lambda: self._random.choice(TEXTS))

    def _number(self, _: int) -> Drawn:
        low, high = sorted(self._random.sample([-(2**63), -5, 0, 1, 7, 100, 2**53, 2**63 - 1], 2))
        if self._random.random() < 0.5:
            return Drawn({"type": "integer", "minimum": low, "maximum": high}, lambda: self._random.randint(low, high))
        number = {"type": "number", "minimum": low, "maximum": high}
        return Drawn(number, lambda: self._random.choice([low, high, low + 0.5, (low + high) / 2]))

    def _enum(self, _: int) -> Drawn:
        values = self._random.sample(["a", "b", "", "é", 1, 2, 0.5, None, "None"], self._random.randint(1, 4))
        return Drawn({"enum": values}, lambda: self._random.choice(values))

    def _const(self, _: int) -> Drawn:
        value = self._random.choice(["v1", 3, True, False, None, 0.25, ["a"], {"a": 1}])
        return Drawn({"const": value}, lambda: value)

    def _flag(self, _: int) -> Drawn:
        return Drawn({"type": "boolean"}, lambda: self._random.random() < 0.5)

    def _time(self, _: int) -> Drawn:
        times = ["2026-11-21T09:30:00Z", "2026-11-21T09:30:00.5+09:00"]
        return Drawn({"type": "string", "format": "date-time", "maxLength": 40}, lambda: self._random.choice(times))

    def _shared(self, _: int) -> Drawn:
        values = {"amount": "4.99", "currency": "EUR", "event_time": "2026-11-21T09:30:00Z", "user_id": "p-1"}
        name, value = self._random.choice([*values.items(), ("device", {"os": "x"})])
        return Drawn({"$ref": SHARED + name}, lambda: value)

    def _types(self, _: int) -> Drawn:
        kinds: dict[str, Any] = {"string": "a", "integer": 3, "boolean": True, "null": None, "number": 1.5}
        chosen = self._random.sample(sorted(kinds), self._random.randint(1, 3))
        limits = {"maxLength": 9, "minimum": 0, "maximum": 9}
        return Drawn({"type": chosen, **limits}, lambda: kinds[self._random.choice(chosen)])

    def _list(self, depth: int) -> Drawn:
        inner = self._drawn(depth + 1)
        schema = {"type": "array", "items": inner.schema, "maxItems": 6}
        schema |= {"uniqueItems": True} if self._random.random() < 0.3 else {}
        return Drawn(schema, lambda: [inner.value() for _ in range(self._random.randint(0, 3))])

    def _tuple(self, depth: int) -> Drawn:
        inner = [self._drawn(depth + 1) for _ in range(self._random.randint(1, 3))]
        schema = {"type": "array", "prefixItems": [one.schema for one in inner], "items": False, "maxItems": len(inner)}
        return Drawn(schema, lambda: [one.value() for one in inner])

    def _object(self, depth: int) -> Drawn:
        inner = {name: self._drawn(depth + 1) for name in self._names(4)}
        required = [name for name in inner if self._random.random() < 0.4]
        fields = {name: {"description": f"Its {name}.", **one.schema} for name, one in inner.items()}
        schema = {"type": "object", "properties": fields, "required": required, "additionalProperties": False}
        if self._random.random() < 0.3:
            schema["title"] = self._random.choice(["Item", "Reward", "Any", "a b"])
        if len(inner) > 1 and self._random.random() < 0.3:
            first, second, *_ = inner
            schema["dependentRequired"] = {first: [second]}
        return Drawn(
            schema, lambda: {n: o.value() for n, o in inner.items() if n in required or self._random.random() < 0.5}
        )

    def _map(self, depth: int) -> Drawn:
        inner = self._drawn(depth + 1)
        keys = {"maxLength": 12, "pattern": "^[a-z_]+$"}
        schema = {"type": "object", "maxProperties": 6, "propertyNames": keys, "additionalProperties": inner.schema}
        return Drawn(schema, lambda: {self._random.choice(["a", "b_c", "class"]): inner.value() for _ in range(2)})

    def _patterns(self, depth: int) -> Drawn:
        first, second = self._drawn(depth + 1), self._drawn(depth + 1)
        patterns = {
            "^a_[a-z]+$": first.schema,
            "^[ab]_[a-z]+$" if self._random.random() < 0.3 else "^b_": second.schema,
        }
        schema = {"type": "object", "patternProperties": patterns, "additionalProperties": False, "maxProperties": 5,
                  "propertyNames": {"maxLength": 12}}  # fmt: skip
        return Drawn(schema, lambda: {"a_x": first.value(), "b_y": second.value()})

    def _union(self, depth: int) -> Drawn:
        inner = [self._drawn(depth + 1) for _ in range(self._random.randint(1, 3))]
        schema = {self._random.choice(["anyOf", "oneOf"]): [one.schema for one in inner]}
        return Drawn(schema, lambda: self._random.choice(inner).value())

    def _tagged(self, depth: int) -> Drawn:
        inner = {tag: self._drawn(depth + 1) for tag in self._random.sample(["coins", "hat", "none"], 2)}
        branches = [
            {"title": self._random.choice(["Coins", "Hat", tag]), "description": "One.", "type": "object",
             "properties": {"kind": {"description": "Tag.", "const": tag}, "of": {"description": "Of.", **one.schema}},
             "required": ["kind"], "additionalProperties": False}
            for tag, one in inner.items()
        ]  # fmt: skip

        def value() -> Any:
            tag = self._random.choice(list(inner))
            return {"kind": tag, "of": inner[tag].value()}

        return Drawn({"oneOf": branches}, value)

    def _intersection(self, depth: int) -> Drawn:
        inner = self._drawn(depth + 1)
        return Drawn({"allOf": [inner.schema, {"not": {"const": "nobody"}}]}, inner.value)

    def _definition(self, depth: int) -> Drawn:
        inner = self._drawn(depth + 1)
        name = f"{self._random.choice(['item', 'reward', 'thing'])}_{len(self._definitions)}"
        self._definitions[name] = {**inner.schema, "examples": [inner.value()]}
        return Drawn({"$ref": f"#/$defs/{name}"}, inner.value)

    def _conditions(self, names: list[str]) -> Document:
        first, last = names[0], names[-1]
        if first == last:
            return {}
        return self._random.choice(
            [
                {},
                {"dependentRequired": {first: [last]}},
                {"if": {"required": [first]}, "then": {"required": [last]}},
                {"not": {"required": [first, last]}},
                {"anyOf": [{"required": [first]}, {"required": [last]}]},
            ]
        )
