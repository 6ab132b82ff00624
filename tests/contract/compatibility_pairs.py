"""Labelled pairs of schemas. A breaking pair carries its proof: a value that the old schema takes and the new refuses.

`bump` is the version step the change needs. `OVERCAUTIOUS` lists the harmless pairs that the gate still calls
breaking, because it proves containment by structure and not by reasoning over all values.
"""

# One pair a line, as a table.
# ruff: noqa: E501
# fmt: off

from typing import Any, NamedTuple

ADDITION, REVISION, MODEL = "ADDITION", "REVISION", "MODEL"
Schema = dict[str, Any]


class _None:
    """No witness: nothing breaks."""


HARMLESS = _None()


class Pair(NamedTuple):
    name: str
    old: Any
    new: Any
    bump: str
    witness: Any = HARMLESS

    @property
    def breaking(self) -> bool:
        return self.witness is not HARMLESS

    def __str__(self) -> str:
        return self.name


def closed(required: tuple[str, ...] = (), **fields: Any) -> Schema:
    return {**opened(required, **fields), "additionalProperties": False}


def opened(required: tuple[str, ...] = (), **fields: Any) -> Schema:
    return {"type": "object", "properties": fields, **({"required": list(required)} if required else {})}


def within(value: Schema) -> Schema:
    return closed(a=value)


TEXT: Schema = {"type": "string"}
NUM: Schema = {"type": "number"}
INT: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
LIST: Schema = {"type": "array"}
DEFS: Schema = {"$ref": "#/$defs/d"}


def of(kind: Schema, **keywords: Any) -> Schema:
    return {**kind, **keywords}


FIELDS = [
    Pair("same", closed(a=TEXT), closed(a=TEXT), ADDITION),
    Pair("optional added, closed", closed(a=TEXT), closed(a=TEXT, b=TEXT), ADDITION),
    Pair("optional added with default, closed", closed(a=TEXT), closed(a=TEXT, b=of(TEXT, default="x")), ADDITION),
    Pair("optional added, open", opened(a=TEXT), opened(a=TEXT, b=TEXT), REVISION, {"b": 1}),
    Pair("anything added, open", opened(a=TEXT), opened(a=TEXT, b={}), ADDITION),
    Pair("required added, closed", closed(a=TEXT), closed(("b",), a=TEXT, b=TEXT), MODEL, {}),
    Pair("required with default added", closed(a=TEXT), closed(("b",), a=TEXT, b=of(TEXT, default="")), MODEL, {}),
    Pair("required added, open", opened(a=TEXT), opened(("b",), a=TEXT, b={}), MODEL, {}),
    Pair("required name without a field", opened(a=TEXT), opened(("z",), a=TEXT), MODEL, {}),
    Pair("optional removed, closed", closed(a=TEXT, b=TEXT), closed(a=TEXT), MODEL, {"b": "x"}),
    Pair("required removed, closed", closed(("b",), a=TEXT, b=TEXT), closed(a=TEXT), MODEL, {"b": "x"}),
    Pair("optional removed, open", opened(a=TEXT, b=TEXT), opened(a=TEXT), ADDITION),
    Pair("removed, caught by a typed rest", closed(a=TEXT, b=TEXT), of(opened(a=TEXT), additionalProperties=TEXT), ADDITION),
    Pair("removed, refused by a typed rest", closed(a=TEXT, b=TEXT), of(opened(a=TEXT), additionalProperties=INT), MODEL, {"b": "x"}),
    Pair("made required", closed(a=TEXT), closed(("a",), a=TEXT), REVISION, {}),
    Pair("made optional", closed(("a",), a=TEXT), closed(a=TEXT), ADDITION),
    Pair("renamed", closed(a=TEXT), closed(b=TEXT), MODEL, {"a": "x"}),
    Pair("opened", closed(a=TEXT), opened(a=TEXT), ADDITION),
    Pair("closed", opened(a=TEXT), closed(a=TEXT), REVISION, {"b": 1}),
    Pair("rest typed", opened(a=TEXT), of(opened(a=TEXT), additionalProperties=TEXT), REVISION, {"b": 1}),
    Pair("typed rest widened", of(opened(), additionalProperties=INT), of(opened(), additionalProperties=NUM), ADDITION),
    Pair("typed rest narrowed", of(opened(), additionalProperties=NUM), of(opened(), additionalProperties=INT), REVISION, {"x": 1.5}),
    Pair("typed rest closed", of(opened(), additionalProperties=INT), closed(), REVISION, {"x": 1}),
    Pair("rest opened to a type", closed(a=TEXT), of(opened(a=TEXT), additionalProperties=INT), ADDITION),
    Pair("field taken out of a typed rest", of(opened(), additionalProperties=TEXT), of(opened(b=TEXT), additionalProperties=TEXT), ADDITION),
    Pair("field tightened out of a typed rest", of(opened(), additionalProperties=TEXT), of(opened(b=of(TEXT, maxLength=3)), additionalProperties=TEXT), REVISION, {"b": "long"}),
    Pair("field forbidden", opened(a=TEXT), opened(a=False), REVISION, {"a": "x"}),
    Pair("field allowed again", opened(a=False), opened(a=TEXT), ADDITION),
    Pair("nested optional added", within(closed(b=TEXT)), within(closed(b=TEXT, c=TEXT)), ADDITION),
    Pair("nested required added", within(closed(b=TEXT)), within(closed(("c",), b=TEXT, c=TEXT)), MODEL, {"a": {}}),
    Pair("nested removed", within(closed(b=TEXT, c=TEXT)), within(closed(b=TEXT)), MODEL, {"a": {"c": "x"}}),
    Pair("more fields demanded", of(opened(), minProperties=1), of(opened(), minProperties=2), REVISION, {"a": 1}),
    Pair("fewer fields demanded", of(opened(), minProperties=2), of(opened(), minProperties=1), ADDITION),
    Pair("field count bounded", opened(), of(opened(), maxProperties=1), REVISION, {"a": 1, "b": 2}),
    Pair("field count unbounded", of(opened(), maxProperties=1), opened(), ADDITION),
    Pair("names patterned", opened(), of(opened(), propertyNames={"pattern": "^[a-z]+$"}), REVISION, {"A": 1}),
    Pair("names freed", of(opened(), propertyNames={"pattern": "^[a-z]+$"}), opened(), ADDITION),
    Pair("names lengthened", of(opened(), propertyNames={"maxLength": 3}), of(opened(), propertyNames={"maxLength": 5}), ADDITION),
    Pair("names shortened", of(opened(), propertyNames={"maxLength": 5}), of(opened(), propertyNames={"maxLength": 3}), REVISION, {"abcd": 1}),
    Pair("name pattern typed", opened(), of(opened(), patternProperties={"^x_": TEXT}), REVISION, {"x_a": 1}),
    Pair("name pattern widened", of(opened(), patternProperties={"^x_": INT}), of(opened(), patternProperties={"^x_": NUM}), ADDITION),
    Pair("name pattern narrowed", of(opened(), patternProperties={"^x_": NUM}), of(opened(), patternProperties={"^x_": INT}), REVISION, {"x_a": 1.5}),
    Pair("name pattern dropped, open", of(opened(), patternProperties={"^x_": INT}), opened(), ADDITION),
    Pair("name pattern dropped, closed", of(closed(), patternProperties={"^x_": INT}), closed(), MODEL, {"x_a": 1}),
    Pair("name pattern added, closed", closed(a=TEXT), of(closed(a=TEXT), patternProperties={"^x_": INT}), ADDITION),
    Pair("field moved under a name pattern", closed(x_a=INT), of(closed(), patternProperties={"^x_": INT}), ADDITION),
    Pair("field narrowed under a name pattern", closed(x_a=NUM), of(closed(x_a=NUM), patternProperties={"^x_": INT}), REVISION, {"x_a": 1.5}),
    Pair("dependency added", closed(a=TEXT, b=TEXT), of(closed(a=TEXT, b=TEXT), dependentRequired={"a": ["b"]}), REVISION, {"a": "x"}),
    Pair("dependency dropped", of(closed(a=TEXT, b=TEXT), dependentRequired={"a": ["b"]}), closed(a=TEXT, b=TEXT), ADDITION),
    Pair("dependency already required", closed(("b",), a=TEXT, b=TEXT), of(closed(("b",), a=TEXT, b=TEXT), dependentRequired={"a": ["b"]}), ADDITION),
]

VALUES = [
    Pair("integer to number", within(INT), within(NUM), ADDITION),
    Pair("number to integer", within(NUM), within(INT), REVISION, {"a": 1.5}),
    Pair("string to integer", within(TEXT), within(INT), MODEL, {"a": "x"}),
    Pair("integer to string", within(INT), within(TEXT), MODEL, {"a": 1}),
    Pair("boolean to string", within(FLAG), within(TEXT), MODEL, {"a": True}),
    Pair("object to list", within(opened()), within(LIST), MODEL, {"a": {}}),
    Pair("null allowed", within(TEXT), within({"type": ["string", "null"]}), ADDITION),
    Pair("null refused", within({"type": ["string", "null"]}), within(TEXT), REVISION, {"a": None}),
    Pair("type list reordered", within({"type": ["string", "null"]}), within({"type": ["null", "string"]}), ADDITION),
    Pair("type freed", within(TEXT), within({}), ADDITION),
    Pair("type fixed", within({}), within(TEXT), REVISION, {"a": 1}),
    Pair("type list exchanged in part", within({"type": ["string", "integer"]}), within({"type": ["string", "boolean"]}), REVISION, {"a": 1}),
    Pair("enum value added", within({"enum": ["x", "y"]}), within({"enum": ["x", "y", "z"]}), ADDITION),
    Pair("enum value removed", within({"enum": ["x", "y"]}), within({"enum": ["x"]}), REVISION, {"a": "y"}),
    Pair("enum value renamed", within({"enum": ["x", "y"]}), within({"enum": ["x", "Y"]}), REVISION, {"a": "y"}),
    Pair("enum reordered", within({"enum": ["x", "y"]}), within({"enum": ["y", "x"]}), ADDITION),
    Pair("enum replaced", within({"enum": ["x"]}), within({"enum": ["y", "z"]}), MODEL, {"a": "x"}),
    Pair("enum added", within(TEXT), within(of(TEXT, enum=["x"])), REVISION, {"a": "y"}),
    Pair("enum dropped", within(of(TEXT, enum=["x"])), within(TEXT), ADDITION),
    Pair("enum to const", within({"enum": ["x", "y"]}), within({"const": "x"}), REVISION, {"a": "y"}),
    Pair("const to enum", within({"const": "x"}), within({"enum": ["x", "y"]}), ADDITION),
    Pair("const to single enum", within({"const": "x"}), within({"enum": ["x"]}), ADDITION),
    Pair("const changed", within({"const": "x"}), within({"const": "y"}), MODEL, {"a": "x"}),
    Pair("const dropped", within(of(TEXT, const="x")), within(TEXT), ADDITION),
    Pair("const added", within(TEXT), within(of(TEXT, const="x")), REVISION, {"a": "y"}),
    Pair("const one is one", within({"const": 1}), within({"const": 1.0}), ADDITION),
    Pair("const one is not true", within({"const": 1}), within({"const": True}), MODEL, {"a": 1}),
    Pair("enum typed, all fit", within({"enum": ["x", "y"]}), within(of(TEXT, enum=["x", "y"])), ADDITION),
    Pair("enum typed, one does not fit", within({"enum": ["x", 1]}), within(of(TEXT, enum=["x", 1])), REVISION, {"a": 1}),
    Pair("enum patterned, all fit", within({"enum": ["x", "y"]}), within({"enum": ["x", "y"], "pattern": "^[a-z]$"}), ADDITION),
    Pair("enum patterned, one does not fit", within({"enum": ["x", "Y"]}), within({"enum": ["x", "Y"], "pattern": "^[a-z]$"}), REVISION, {"a": "Y"}),
    Pair("enum replaced by a pattern that fits", within(of(TEXT, enum=["x"])), within(of(TEXT, pattern="^[a-z]$")), ADDITION),
    Pair("longest raised", within(of(TEXT, maxLength=3)), within(of(TEXT, maxLength=5)), ADDITION),
    Pair("longest lowered", within(of(TEXT, maxLength=5)), within(of(TEXT, maxLength=3)), REVISION, {"a": "abcd"}),
    Pair("longest added", within(TEXT), within(of(TEXT, maxLength=3)), REVISION, {"a": "abcd"}),
    Pair("longest dropped", within(of(TEXT, maxLength=3)), within(TEXT), ADDITION),
    Pair("shortest raised", within(of(TEXT, minLength=1)), within(of(TEXT, minLength=2)), REVISION, {"a": "a"}),
    Pair("shortest lowered", within(of(TEXT, minLength=2)), within(of(TEXT, minLength=1)), ADDITION),
    Pair("shortest zero is none", within(TEXT), within(of(TEXT, minLength=0)), ADDITION),
    Pair("length of no text", within(INT), within(of(INT, maxLength=3)), ADDITION),
    Pair("pattern added", within(TEXT), within(of(TEXT, pattern="^x$")), REVISION, {"a": "y"}),
    Pair("pattern dropped", within(of(TEXT, pattern="^x$")), within(TEXT), ADDITION),
    Pair("pattern changed", within(of(TEXT, pattern="^x$")), within(of(TEXT, pattern="^y$")), REVISION, {"a": "x"}),
    Pair("pattern widened", within(of(TEXT, pattern="^x$")), within(of(TEXT, pattern="^[xy]$")), ADDITION),
    Pair("format added", within(TEXT), within(of(TEXT, format="date-time")), REVISION, {"a": "x"}),
    Pair("format dropped", within(of(TEXT, format="date-time")), within(TEXT), ADDITION),
    Pair("format changed", within(of(TEXT, format="date")), within(of(TEXT, format="date-time")), REVISION, {"a": "2026-11-21"}),
    Pair("minimum raised", within(of(INT, minimum=1)), within(of(INT, minimum=2)), REVISION, {"a": 1}),
    Pair("minimum lowered", within(of(INT, minimum=2)), within(of(INT, minimum=1)), ADDITION),
    Pair("minimum added", within(INT), within(of(INT, minimum=0)), REVISION, {"a": -1}),
    Pair("minimum dropped", within(of(INT, minimum=0)), within(INT), ADDITION),
    Pair("maximum lowered", within(of(NUM, maximum=2)), within(of(NUM, maximum=1)), REVISION, {"a": 1.5}),
    Pair("maximum raised", within(of(NUM, maximum=1)), within(of(NUM, maximum=2)), ADDITION),
    Pair("maximum made exclusive", within(of(NUM, maximum=1)), within(of(NUM, exclusiveMaximum=1)), REVISION, {"a": 1}),
    Pair("maximum made inclusive", within(of(NUM, exclusiveMaximum=1)), within(of(NUM, maximum=1)), ADDITION),
    Pair("exclusive bound of integers respelt", within(of(INT, exclusiveMinimum=0)), within(of(INT, minimum=1)), ADDITION),
    Pair("fractional bound of integers respelt", within(of(INT, minimum=0.5)), within(of(INT, minimum=1)), ADDITION),
    Pair("exclusive bound of numbers is not respelt", within(of(NUM, exclusiveMinimum=0)), within(of(NUM, minimum=1)), REVISION, {"a": 0.5}),
    Pair("multiple added", within(INT), within(of(INT, multipleOf=2)), REVISION, {"a": 1}),
    Pair("multiple of one for integers", within(INT), within(of(INT, multipleOf=1)), ADDITION),
    Pair("multiple loosened", within(of(INT, multipleOf=4)), within(of(INT, multipleOf=2)), ADDITION),
    Pair("multiple tightened", within(of(INT, multipleOf=2)), within(of(INT, multipleOf=4)), REVISION, {"a": 2}),
    Pair("multiple of tenths", within(of(NUM, multipleOf=0.3)), within(of(NUM, multipleOf=0.1)), ADDITION),
    Pair("items widened", within(of(LIST, items=INT)), within(of(LIST, items=NUM)), ADDITION),
    Pair("items narrowed", within(of(LIST, items=NUM)), within(of(LIST, items=INT)), REVISION, {"a": [1.5]}),
    Pair("items typed", within(LIST), within(of(LIST, items=TEXT)), REVISION, {"a": [1]}),
    Pair("items freed", within(of(LIST, items=TEXT)), within(LIST), ADDITION),
    Pair("list shortened", within(of(LIST, maxItems=5)), within(of(LIST, maxItems=1)), REVISION, {"a": [1, 2]}),
    Pair("list lengthened", within(of(LIST, maxItems=1)), within(of(LIST, maxItems=5)), ADDITION),
    Pair("list must not be empty", within(LIST), within(of(LIST, minItems=1)), REVISION, {"a": []}),
    Pair("items unique", within(LIST), within(of(LIST, uniqueItems=True)), REVISION, {"a": [1, 1]}),
    Pair("items repeatable", within(of(LIST, uniqueItems=True)), within(LIST), ADDITION),
    Pair("first item typed", within(LIST), within(of(LIST, prefixItems=[TEXT])), REVISION, {"a": [1]}),
    Pair("first item freed", within(of(LIST, prefixItems=[TEXT])), within(LIST), ADDITION),
    Pair("items after the first refused", within(of(LIST, prefixItems=[TEXT])), within(of(LIST, prefixItems=[TEXT], items=False)), REVISION, {"a": ["x", 1]}),
    Pair("contained item demanded", within(LIST), within(of(LIST, contains=TEXT)), REVISION, {"a": [1]}),
    Pair("contained item dropped", within(of(LIST, contains=TEXT)), within(LIST), ADDITION),
    Pair("title changed", closed(a=TEXT), of(closed(a=TEXT), title="New"), ADDITION),
    Pair("description changed", within(TEXT), within(of(TEXT, description="New.")), ADDITION),
    Pair("default changed", within(of(TEXT, default="x")), within(of(TEXT, default="y")), ADDITION),
]

CONDITIONS = [
    Pair("reference inlined", of(closed(a=DEFS), **{"$defs": {"d": TEXT}}), closed(a=TEXT), ADDITION),
    Pair("reference made", closed(a=TEXT), of(closed(a=DEFS), **{"$defs": {"d": TEXT}}), ADDITION),
    Pair("referenced narrowed", of(closed(a=DEFS), **{"$defs": {"d": TEXT}}), of(closed(a=DEFS), **{"$defs": {"d": of(TEXT, maxLength=1)}}), REVISION, {"a": "xy"}),
    Pair("referenced widened", of(closed(a=DEFS), **{"$defs": {"d": INT}}), of(closed(a=DEFS), **{"$defs": {"d": NUM}}), ADDITION),
    Pair("unused definition removed", of(closed(a=TEXT), **{"$defs": {"d": TEXT}}), closed(a=TEXT), ADDITION),
    Pair("reference with a sibling bound", of(closed(a=DEFS), **{"$defs": {"d": TEXT}}), of(closed(a=of(DEFS, maxLength=1)), **{"$defs": {"d": TEXT}}), REVISION, {"a": "xy"}),
    Pair("sibling bound beside the same bound", of(closed(a=of(DEFS, maxLength=9)), **{"$defs": {"d": of(TEXT, maxLength=9)}}), of(closed(a=of(DEFS, maxLength=9)), **{"$defs": {"d": of(TEXT, maxLength=1)}}), REVISION, {"a": "xy"}),
    Pair("recursion narrowed", {"$defs": {"d": closed(n=DEFS, v=NUM)}, **DEFS}, {"$defs": {"d": closed(n=DEFS, v=INT)}, **DEFS}, REVISION, {"n": {"v": 1.5}}),
    Pair("recursion widened", {"$defs": {"d": closed(n=DEFS, v=INT)}, **DEFS}, {"$defs": {"d": closed(n=DEFS, v=NUM)}, **DEFS}, ADDITION),
    Pair("condition on all added", closed(a=NUM), of(closed(a=NUM), allOf=[{"properties": {"a": {"maximum": 1}}}]), REVISION, {"a": 2}),
    Pair("condition on all dropped", of(closed(a=NUM), allOf=[{"properties": {"a": {"maximum": 1}}}]), closed(a=NUM), ADDITION),
    Pair("condition on all loosened", of(closed(a=NUM), allOf=[{"properties": {"a": {"maximum": 1}}}]), of(closed(a=NUM), allOf=[{"properties": {"a": {"maximum": 2}}}]), ADDITION),
    Pair("condition on all tightened", of(closed(a=NUM), allOf=[{"properties": {"a": {"maximum": 2}}}]), of(closed(a=NUM), allOf=[{"properties": {"a": {"maximum": 1}}}]), REVISION, {"a": 2}),
    Pair("condition on all that the field implies", within(of(NUM, maximum=1)), of(within(of(NUM, maximum=1)), allOf=[{"properties": {"a": {"maximum": 2}}}]), ADDITION),
    Pair("condition on all about a field that never was", closed(a=NUM), of(closed(a=NUM, b=TEXT), allOf=[{"properties": {"b": {"maxLength": 2}}}]), ADDITION),
    Pair("branch added to any", within({"anyOf": [TEXT]}), within({"anyOf": [TEXT, INT]}), ADDITION),
    Pair("branch taken from any", within({"anyOf": [TEXT, INT]}), within({"anyOf": [TEXT]}), REVISION, {"a": 1}),
    Pair("branch of any widened", within({"anyOf": [TEXT, INT]}), within({"anyOf": [TEXT, NUM]}), ADDITION),
    Pair("branch of any narrowed", within({"anyOf": [TEXT, NUM]}), within({"anyOf": [TEXT, INT]}), REVISION, {"a": 1.5}),
    Pair("branches of any reordered", within({"anyOf": [TEXT, INT]}), within({"anyOf": [INT, TEXT]}), ADDITION),
    Pair("any put around a type", within(TEXT), within({"anyOf": [TEXT, INT]}), ADDITION),
    Pair("any added to a type", within(TEXT), within(of(TEXT, anyOf=[{"maxLength": 1}, {"pattern": "^x"}])), REVISION, {"a": "yy"}),
    Pair("any dropped", within({"anyOf": [TEXT, INT]}), within({}), ADDITION),
    Pair("any unwrapped to a type list", within({"anyOf": [TEXT, INT]}), within({"type": ["string", "integer"]}), ADDITION),
    Pair("branch added to one, apart", within({"oneOf": [TEXT]}), within({"oneOf": [TEXT, INT]}), ADDITION),
    Pair("branch added to one, overlapping", within({"oneOf": [INT]}), within({"oneOf": [INT, NUM]}), REVISION, {"a": 1}),
    Pair("branch taken from one", within({"oneOf": [TEXT, INT]}), within({"oneOf": [TEXT]}), REVISION, {"a": 1}),
    Pair("branch of one told apart by a constant", {"oneOf": [closed(("t",), t={"const": "x"})]}, {"oneOf": [closed(("t",), t={"const": "x"}), closed(("t",), t={"const": "y"})]}, ADDITION),
    Pair("one becomes any", within({"oneOf": [TEXT, INT]}), within({"anyOf": [TEXT, INT]}), ADDITION),
    Pair("any becomes one, overlapping", within({"anyOf": [INT, NUM]}), within({"oneOf": [INT, NUM]}), REVISION, {"a": 1}),
    Pair("exclusion added", within(TEXT), within(of(TEXT, **{"not": {"const": "x"}})), REVISION, {"a": "x"}),
    Pair("exclusion dropped", within(of(TEXT, **{"not": {"const": "x"}})), within(TEXT), ADDITION),
    Pair("exclusion narrowed", within({"not": {"enum": ["x", "y"]}}), within({"not": {"const": "x"}}), ADDITION),
    Pair("exclusion widened", within({"not": {"const": "x"}}), within({"not": {"enum": ["x", "y"]}}), REVISION, {"a": "y"}),
    Pair("exclusion of a wider reference", of(within({"not": DEFS}), **{"$defs": {"d": INT}}), of(within({"not": DEFS}), **{"$defs": {"d": NUM}}), REVISION, {"a": 1.5}),
    Pair("if added", closed(a=TEXT, b=TEXT), of(closed(a=TEXT, b=TEXT), **{"if": {"required": ["a"]}, "then": {"required": ["b"]}}), REVISION, {"a": "x"}),
    Pair("if dropped", of(closed(a=TEXT, b=TEXT), **{"if": {"required": ["a"]}, "then": {"required": ["b"]}}), closed(a=TEXT, b=TEXT), ADDITION),
    Pair("then loosened", of(closed(a=NUM), **{"if": {}, "then": {"properties": {"a": {"maximum": 1}}}}), of(closed(a=NUM), **{"if": {}, "then": {"properties": {"a": {"maximum": 2}}}}), ADDITION),
    Pair("then tightened", of(closed(a=NUM), **{"if": {}, "then": {"properties": {"a": {"maximum": 2}}}}), of(closed(a=NUM), **{"if": {}, "then": {"properties": {"a": {"maximum": 1}}}}), REVISION, {"a": 2}),
    Pair("else added", of(closed(a=NUM), **{"if": {"required": ["a"]}, "then": {}}), of(closed(a=NUM), **{"if": {"required": ["a"]}, "then": {}, "else": False}), REVISION, {}),
    Pair("if itself changed", of(closed(a=NUM), **{"if": {"required": ["a"]}, "then": False}), of(closed(a=NUM), **{"if": {}, "then": False}), REVISION, {}),
    Pair("dependent schema added", closed(a=NUM, b=NUM), of(closed(a=NUM, b=NUM), dependentSchemas={"a": {"required": ["b"]}}), REVISION, {"a": 1}),
    Pair("dependent schema dropped", of(closed(a=NUM, b=NUM), dependentSchemas={"a": {"required": ["b"]}}), closed(a=NUM, b=NUM), ADDITION),
    Pair("unevaluated fields refused", opened(a=TEXT), of(opened(a=TEXT), unevaluatedProperties=False), REVISION, {"b": 1}),
    Pair("everything refused", {}, False, REVISION, 1),
    Pair("everything allowed", False, {}, ADDITION),
]

AB = closed(a=TEXT, b=TEXT)
ONLY_A: Schema = {"properties": {"a": True}, "additionalProperties": False}
IF_A: Schema = {"if": {"required": ["a"]}}
OTHER: Schema = {"properties": {"a": {"minLength": 1}}}


def defining(schema: Schema, d: Any, **others: Any) -> Schema:
    """The schema beside the definition `d`, which DEFS refers to."""
    return {**schema, "$defs": {"d": d, **others}}


def left(kind: str, **keywords: Any) -> Schema:
    """An object or a list that refuses what its other keywords leave."""
    return {"type": kind, **keywords, "unevaluatedProperties" if kind == "object" else "unevaluatedItems": False}


INTERPLAY = [
    Pair("then closes", of(AB, **IF_A, then={}), of(AB, **IF_A, then={"additionalProperties": False}), REVISION, {"a": "x"}),
    Pair("then closes beside fields", of(AB, **IF_A, then=OTHER), of(AB, **IF_A, then={**OTHER, "additionalProperties": False}), REVISION, {"a": "x", "b": "y"}),
    Pair("then closes around every field", of(AB, **IF_A, then={}), of(AB, **IF_A, then={"properties": {"a": True, "b": {}}, "additionalProperties": False}), ADDITION),
    Pair("then closes around every pattern", of(AB, **IF_A, then={}), of(AB, **IF_A, then={"patternProperties": {"^[ab]$": {}}, "additionalProperties": False}), ADDITION),
    Pair("else closes", of(AB, **IF_A, **{"else": {}}), of(AB, **IF_A, **{"else": ONLY_A}), REVISION, {"b": "x"}),
    Pair("dependent schema closes", AB, of(AB, dependentSchemas={"a": ONLY_A}), REVISION, {"a": "x", "b": "y"}),
    Pair("option of any closes", of(AB, anyOf=[{"required": ["a"]}]), of(AB, anyOf=[{"required": ["a"], "additionalProperties": False}]), REVISION, {"a": "x"}),
    Pair("option of one closes", of(AB, oneOf=[{"required": ["a"]}]), of(AB, oneOf=[{"required": ["a"], "additionalProperties": False}]), REVISION, {"a": "x"}),
    Pair("condition on all closes beside another", of(AB, allOf=[{**IF_A, "then": {}}]), of(AB, allOf=[{**IF_A, "then": {}}, ONLY_A]), REVISION, {"b": "x"}),
    Pair("closed condition takes what the object never had", of(AB, allOf=[OTHER]), of(AB, allOf=[OTHER, closed(a=TEXT, b=TEXT, c=INT)]), ADDITION),
    Pair("referenced names narrowed", defining(of(opened(), propertyNames=DEFS), {"pattern": "^[a-z]$"}), defining(of(opened(), propertyNames=DEFS), {"pattern": "^[a-c]$"}), REVISION, {"z": 1}),
    Pair("referenced names lengthened", defining(of(opened(), propertyNames=DEFS), {"maxLength": 1}), defining(of(opened(), propertyNames=DEFS), {"maxLength": 2}), ADDITION),
    Pair("names typed", of(opened(), propertyNames={"maxLength": 3}), of(opened(), propertyNames=of(TEXT, maxLength=3)), ADDITION),
    Pair("definition of the same name within an enum", defining(within({"enum": ["x", "y"]}), {}), defining(within({"enum": ["x", "y"], "allOf": [DEFS], "$defs": {"d": {}}}), {"const": "x"}), REVISION, {"a": "y"}),
    Pair("reference beside an enum that fits", defining(within({"enum": ["x", "y"]}), {}), defining(within({"enum": ["x", "y"], "allOf": [DEFS]}), TEXT), ADDITION),
    Pair("reference into a field beside an enum", closed(a={"enum": ["x", "y"]}, b={"const": "x"}), closed(a={"enum": ["x", "y"], "allOf": [{"$ref": "#/properties/b"}], "properties": {"b": {}}}, b={"const": "x"}), REVISION, {"a": "y"}),
    Pair("constant that looks like a reference", defining(within({"const": DEFS}), INT, e=INT), defining(within({"const": {"$ref": "#/$defs/e"}}), INT, e=INT), MODEL, {"a": DEFS}),
    Pair("constant that looks like a dangling reference", within({"const": {"$ref": "#/nowhere"}}), within({"const": {"$ref": "#/nowhere"}, "title": "New"}), ADDITION),
    Pair("constant outside its enum", within({"const": "x"}), within({"const": "x", "enum": ["y"]}), MODEL, {"a": "x"}),
    Pair("constant within its enum", within({"const": "x"}), within({"const": "x", "enum": ["x", "y"]}), ADDITION),
    Pair("field unevaluated", left("object", properties={"a": TEXT, "b": TEXT}), left("object", properties={"a": TEXT}), REVISION, {"b": "x"}),
    Pair("name pattern unevaluated", left("object", patternProperties={"^a": TEXT}), left("object"), REVISION, {"a": "x"}),
    Pair("rest unevaluated", left("object", additionalProperties=TEXT), left("object"), REVISION, {"a": "x"}),
    Pair("fields of all unevaluated", left("object", allOf=[opened(a=TEXT)]), left("object"), REVISION, {"a": "x"}),
    Pair("fields of any unevaluated", left("object", anyOf=[opened(a=TEXT), {}]), left("object", anyOf=[{}]), REVISION, {"a": "x"}),
    Pair("fields of one unevaluated", left("object", oneOf=[opened(a=TEXT)]), left("object"), REVISION, {"a": "x"}),
    Pair("fields of if unevaluated", left("object", **{"if": opened(a=TEXT)}, then={}), left("object"), REVISION, {"a": "x"}),
    Pair("fields of a dependent schema unevaluated", left("object", dependentSchemas={"a": opened(a=TEXT)}), left("object"), REVISION, {"a": "x"}),
    Pair("fields of a reference unevaluated", defining(left("object", **DEFS), opened(a=TEXT)), defining(left("object", **DEFS), {}), REVISION, {"a": "x"}),
    Pair("nothing more unevaluated", left("object", properties={"a": INT}, allOf=[OTHER]), left("object", properties={"a": NUM}, allOf=[OTHER]), ADDITION),
    Pair("unevaluated fields accepted again", left("object", properties={"a": TEXT}), opened(a=TEXT), ADDITION),
    Pair("first item unevaluated", left("array", prefixItems=[TEXT, TEXT]), left("array", prefixItems=[TEXT]), REVISION, ["a", "b"]),
    Pair("items unevaluated", left("array", items=TEXT), left("array"), REVISION, ["a"]),
    Pair("contained items unevaluated", left("array", contains=TEXT), left("array"), REVISION, ["a"]),
    Pair("items of all unevaluated", left("array", allOf=[{"prefixItems": [TEXT]}]), left("array"), REVISION, ["a"]),
    Pair("items widened before what is unevaluated", left("array", prefixItems=[INT]), left("array", prefixItems=[NUM, {}]), ADDITION),
    Pair("name pattern within another", of(closed(), patternProperties={"^a": TEXT}), of(closed(), patternProperties={"^a": TEXT, "^ab": INT}), REVISION, {"abc": "s"}),
    Pair("name pattern within another, as wide", of(closed(), patternProperties={"^a": INT}), of(closed(), patternProperties={"^a": INT, "^ab": NUM}), ADDITION),
    Pair("name pattern meets a name allowed outside", of(AB, allOf=[{"minProperties": 0}]), of(AB, allOf=[{"patternProperties": {"^b": {"maxLength": 1}}}]), REVISION, {"b": "xy"}),
    Pair("name pattern with a character class", of(opened(), patternProperties={r"^\p{L}$": TEXT}), of(opened(a=INT), patternProperties={r"^\p{L}$": TEXT}), REVISION, {"a": "x"}),
    Pair("closed beside a reference", closed(a=TEXT), defining({**DEFS, "properties": {"a": TEXT}}, closed()), REVISION, {"a": "x"}),
    Pair("typed rest beside a reference", defining({**DEFS, "properties": {"a": INT}}, {}), defining({**DEFS, "properties": {"a": INT}}, {"additionalProperties": TEXT}), REVISION, {"a": 1}),
    Pair("items beside a reference", of(LIST, prefixItems=[TEXT], items=INT), defining(of(LIST, **DEFS, prefixItems=[TEXT]), {"items": INT}), REVISION, ["a"]),
    Pair("condition split between a reference and its siblings", defining({**DEFS, "else": False}, IF_A), {**IF_A, "else": False}, REVISION, {"b": 1}),
    Pair("unevaluated beside a reference", opened(a=TEXT), defining({**DEFS, **opened(a=TEXT)}, {"unevaluatedProperties": False}), REVISION, {"a": "x"}),
    Pair("another contains itself", {"allOf": [{"$ref": "#/$defs/e"}], "$defs": {"e": closed(n={"minProperties": 1, "properties": {"n": {"$ref": "#/$defs/e"}}})}}, {"allOf": [closed(n={"$ref": "#/$defs/d"})], "$defs": {"d": {"minProperties": 1, "properties": {"n": DEFS}}}}, REVISION, {"n": {"n": {}}}),
    Pair("exclusion of what contains itself", defining(DEFS, {"properties": {"n": {"not": DEFS}}, "maximum": 1}), defining(DEFS, {"properties": {"n": {"not": DEFS}}, "maximum": 2}), REVISION, {"n": 1.5}),
    Pair("nested field with a version's name", within({"allOf": [{"properties": {"schema_version": {"const": "1-0-0"}}}]}), within({"allOf": [{"properties": {"schema_version": {"const": "2-0-0"}}}]}), REVISION, {"a": {"schema_version": "1-0-0"}}),
]

PAIRS = [*FIELDS, *VALUES, *CONDITIONS, *INTERPLAY]

OVERCAUTIOUS = {"pattern widened": "whether one pattern contains another is not decided", "any unwrapped to a type list": "the branches of anyOf are not merged"}
