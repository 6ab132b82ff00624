"""Labelled pairs of schemas whose keywords refer to, condition or meet other schemas."""

# One pair a line, as a table.
# ruff: noqa: E501
# fmt: off

from typing import Any

from contract.schema_pair import (
    ADDITION,
    DEFS,
    INT,
    LIST,
    MODEL,
    NUM,
    REVISION,
    TEXT,
    Pair,
    Schema,
    closed,
    of,
    opened,
    within,
)


def _event(kind: str, version: int) -> Schema:
    """What a proof would have to split into many cases."""
    fields = {name: of(TEXT, enum=[name, "x", "y", "z"]) for name in "abcdefgh"}
    then = [{"if": {"properties": {name: {"const": "x"}}}, "then": {"required": ["v"]}} for name in fields]
    return of(closed((), k={"const": kind}, v={"const": version}, **fields), allOf=then)


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
    Pair("branch added to any within any, of many events", {"anyOf": [{"anyOf": [_event(kind, count) for count in range(5)]} for kind in "abc"]}, {"anyOf": [{"anyOf": [_event(kind, count) for count in range(6)]} for kind in "_abc"]}, ADDITION),
    Pair("branch taken from any within any", {"anyOf": [{"anyOf": [TEXT, INT]}, LIST]}, {"anyOf": [{"anyOf": [TEXT]}, LIST]}, REVISION, 1),
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
