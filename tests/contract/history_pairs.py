"""Labelled pairs after what real histories do and other people's tools are tried with, put in our own words.

The kinds come from the test cases of Confluent's schema registry, from the public histories of Iglu Central and from
the groups of the JSON Schema Test Suite. Beside each harmless kind stands the breaking one that looks like it.
"""

# One pair a line, as a table.
# ruff: noqa: E501
# fmt: off

from contract.compound_pairs import left
from contract.schema_pair import (
    ADDITION,
    FLAG,
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

PLAYER = closed(("id",), id=TEXT)


def tagged(**fields: Schema) -> Schema:
    """An object told apart by its tag; a field named `kind` is the tag's value."""
    tag = fields.pop("kind")
    return closed(("kind", *fields), kind=tag, **fields)


RESTS = [
    Pair("optional added beside unevaluated", left("object", properties={"a": TEXT}), left("object", properties={"a": TEXT, "b": TEXT}), ADDITION),
    Pair("optional added beside unevaluated and all", left("object", allOf=[opened(a=TEXT)]), left("object", allOf=[opened(a=TEXT)], properties={"b": TEXT}), ADDITION),
    Pair("optional added within all of unevaluated", left("object", allOf=[opened(a=TEXT)]), left("object", allOf=[opened(a=TEXT, b=TEXT)]), ADDITION),
    Pair("optional added that a name pattern left open", left("object", patternProperties={"^b": INT}), left("object", patternProperties={"^b": INT}, properties={"b": TEXT}), REVISION, {"b": 1}),
    Pair("optional added that a condition left open", left("object", anyOf=[{"properties": {"b": INT}}, {}]), left("object", anyOf=[{"properties": {"b": INT}}, {}], properties={"b": TEXT}), REVISION, {"b": 1}),
    Pair("closed becomes unevaluated", closed(a=TEXT), left("object", properties={"a": TEXT}), ADDITION),
    Pair("closed becomes unevaluated without the field", closed(a=TEXT), left("object", properties={"b": TEXT}), REVISION, {"a": "x"}),
    Pair("unevaluated becomes closed", left("object", properties={"a": TEXT}), closed(a=TEXT), ADDITION),
    Pair("unevaluated becomes closed around fewer", left("object", properties={"a": TEXT}, allOf=[opened(b=TEXT)]), closed(a=TEXT), REVISION, {"b": "x"}),
    Pair("unevaluated rest widened", of(opened(a=TEXT), unevaluatedProperties=INT), of(opened(a=TEXT), unevaluatedProperties=NUM), ADDITION),
    Pair("unevaluated rest narrowed", of(opened(a=TEXT), unevaluatedProperties=NUM), of(opened(a=TEXT), unevaluatedProperties=INT), REVISION, {"b": 1.5}),
    Pair("item added beside unevaluated", left("array", prefixItems=[TEXT]), left("array", prefixItems=[TEXT, INT]), ADDITION),
    Pair("item added beside closed items", of(LIST, prefixItems=[TEXT], items=False), of(LIST, prefixItems=[TEXT, INT], items=False), ADDITION),
    Pair("item added beside open items", of(LIST, prefixItems=[TEXT]), of(LIST, prefixItems=[TEXT, INT]), REVISION, ["x", "y"]),
    Pair("item added that contains left open", left("array", prefixItems=[TEXT], contains=TEXT), left("array", prefixItems=[TEXT, INT], contains=TEXT), REVISION, ["x", "y"]),
    Pair("closed items become unevaluated", of(LIST, prefixItems=[TEXT], items=False), left("array", prefixItems=[TEXT]), ADDITION),
    Pair("unevaluated items beyond the longest list", of(LIST, prefixItems=[TEXT, INT], maxItems=2), left("array", prefixItems=[TEXT, INT]), ADDITION),
    Pair("unevaluated items within the longest list", of(LIST, prefixItems=[TEXT, INT], maxItems=3), left("array", prefixItems=[TEXT, INT]), REVISION, ["x", 1, 2]),
    Pair("no fields at all becomes closed", of(opened(), maxProperties=0), closed(), ADDITION),
    Pair("no fields at all becomes closed with fields", of(opened(), maxProperties=0), closed(a=TEXT), ADDITION),
    Pair("one field at most becomes closed", of(opened(), maxProperties=1), closed(), REVISION, {"a": 1}),
    Pair("closed without fields becomes no fields at all", closed(), of(opened(), maxProperties=0), ADDITION),
    Pair("as many fields as there are", closed(a=TEXT, b=TEXT), of(closed(a=TEXT, b=TEXT), maxProperties=2), ADDITION),
    Pair("fewer fields than there are", closed(a=TEXT, b=TEXT), of(closed(a=TEXT, b=TEXT), maxProperties=1), REVISION, {"a": "x", "b": "y"}),
    Pair("as many fields as are required", closed(("a",), a=TEXT), of(closed(("a",), a=TEXT), minProperties=1), ADDITION),
    Pair("more fields than are required", closed(a=TEXT), of(closed(a=TEXT), minProperties=1), REVISION, {}),
    Pair("names listed that are listed already", closed(a=TEXT, b=TEXT), of(closed(a=TEXT, b=TEXT), propertyNames={"enum": ["a", "b"]}), ADDITION),
    Pair("names listed without one", closed(a=TEXT, b=TEXT), of(closed(a=TEXT, b=TEXT), propertyNames={"enum": ["a"]}), REVISION, {"b": "x"}),
    Pair("closed by the names' list", of(opened(a=TEXT), propertyNames={"enum": ["a"]}), closed(a=TEXT), ADDITION),
    Pair("forbidden field of a closed object removed", closed(a=TEXT, b=False), closed(a=TEXT), ADDITION),
    Pair("forbidden field of an open object removed", opened(a=TEXT, b=False), opened(a=TEXT), ADDITION),
    Pair("dependency on a field that never was", closed(a=TEXT), of(closed(a=TEXT, b=TEXT), dependentRequired={"b": ["a"]}), ADDITION),
    Pair("dependent schema of a field that never was", closed(a=TEXT), of(closed(a=TEXT, b=TEXT), dependentSchemas={"b": {"required": ["a"]}}), ADDITION),
    Pair("dependent schema that holds anyway", closed(("b",), a=TEXT, b=TEXT), of(closed(("b",), a=TEXT, b=TEXT), dependentSchemas={"a": {"required": ["b"]}}), ADDITION),
    Pair("rest constrained beside a closed reference", {"$ref": "#/$defs/d", "$defs": {"d": PLAYER}}, {"$ref": "#/$defs/d", "propertyNames": {"maxLength": 2}, "$defs": {"d": PLAYER}}, ADDITION),
]

LISTS = [
    Pair("fewer to be contained", of(LIST, contains=INT, minContains=2), of(LIST, contains=INT, minContains=1), ADDITION),
    Pair("count of what is contained dropped", of(LIST, contains=INT, minContains=2), of(LIST, contains=INT), ADDITION),
    Pair("none needs to be contained", of(LIST, contains=INT), of(LIST, contains=INT, minContains=0), ADDITION),
    Pair("more to be contained", of(LIST, contains=INT), of(LIST, contains=INT, minContains=2), REVISION, [1]),
    Pair("more may be contained", of(LIST, contains=INT, maxContains=1), of(LIST, contains=INT, maxContains=2), ADDITION),
    Pair("fewer may be contained", of(LIST, contains=INT, maxContains=2), of(LIST, contains=INT, maxContains=1), REVISION, [1, 2]),
    Pair("any number may be contained", of(LIST, contains=INT, maxContains=2), of(LIST, contains=INT), ADDITION),
    Pair("contained widened", of(LIST, contains=INT), of(LIST, contains=NUM), ADDITION),
    Pair("contained narrowed", of(LIST, contains=NUM), of(LIST, contains=INT), REVISION, [1.5]),
    Pair("contained widened below a bound", of(LIST, contains=INT, maxContains=1), of(LIST, contains=NUM, maxContains=1), REVISION, [1, 1.5]),
    Pair("contained narrowed below a bound alone", of(LIST, contains=NUM, minContains=0, maxContains=1), of(LIST, contains=INT, minContains=0, maxContains=1), ADDITION),
    Pair("contained that nothing needs", LIST, of(LIST, contains=INT, minContains=0), ADDITION),
    Pair("count without what is contained", LIST, of(LIST, minContains=2), ADDITION),
    Pair("unique where one is all there is", of(LIST, maxItems=1), of(LIST, maxItems=1, uniqueItems=True), ADDITION),
    Pair("length of a closed list", of(LIST, prefixItems=[TEXT, INT], items=False), of(LIST, prefixItems=[TEXT, INT], items=False, maxItems=2), ADDITION),
    Pair("shorter than a closed list", of(LIST, prefixItems=[TEXT, INT], items=False), of(LIST, prefixItems=[TEXT, INT], items=False, maxItems=1), REVISION, ["x", 1]),
    Pair("items narrowed beyond the longest list", of(LIST, prefixItems=[TEXT], maxItems=1), of(LIST, prefixItems=[TEXT], maxItems=1, items=INT), ADDITION),
]

BRANCHES = [
    Pair("one of a single branch unwrapped", within({"oneOf": [TEXT]}), within(TEXT), ADDITION),
    Pair("any of a single branch unwrapped", within({"anyOf": [TEXT]}), within(TEXT), ADDITION),
    Pair("all of a single branch unwrapped", within({"allOf": [TEXT]}), within(TEXT), ADDITION),
    Pair("type wrapped into one", within(TEXT), within({"oneOf": [TEXT]}), ADDITION),
    Pair("type wrapped into all", within(TEXT), within({"allOf": [TEXT]}), ADDITION),
    Pair("single branch of one becomes all", within({"oneOf": [PLAYER]}), within({"allOf": [PLAYER]}), ADDITION),
    Pair("single branch narrowed while unwrapped", within({"oneOf": [TEXT]}), within(of(TEXT, maxLength=1)), REVISION, {"a": "xy"}),
    Pair("all becomes any", within({"allOf": [TEXT, {"maxLength": 3}]}), within({"anyOf": [TEXT, INT]}), ADDITION),
    Pair("all becomes one, apart", within({"allOf": [TEXT, {"maxLength": 3}]}), within({"oneOf": [TEXT, INT]}), ADDITION),
    Pair("all becomes one, overlapping", within({"allOf": [TEXT, {"maxLength": 3}]}), within({"oneOf": [TEXT, {"maxLength": 3}]}), REVISION, {"a": "x"}),
    Pair("any becomes all", within({"anyOf": [TEXT, INT]}), within({"allOf": [TEXT, {"maxLength": 3}]}), REVISION, {"a": 1}),
    Pair("any of types becomes one of types", within({"anyOf": [TEXT, INT]}), within({"oneOf": [TEXT, INT]}), ADDITION),
    Pair("types listed become any", within({"type": ["string", "integer"]}), within({"anyOf": [TEXT, INT]}), ADDITION),
    Pair("types listed become one", within({"type": ["string", "null"]}), within({"oneOf": [TEXT, {"type": "null"}]}), ADDITION),
    Pair("types listed become fewer options", within({"type": ["string", "integer", "boolean"]}), within({"anyOf": [TEXT, INT]}), REVISION, {"a": True}),
    Pair("nullable by one becomes nullable by type", within({"oneOf": [of(TEXT, maxLength=3), {"type": "null"}]}), within({"type": ["string", "null"], "maxLength": 3}), ADDITION),
    Pair("nullable by type becomes nullable by one", within({"type": ["string", "null"], "maxLength": 3}), within({"oneOf": [of(TEXT, maxLength=3), {"type": "null"}]}), ADDITION),
    Pair("flag listed", within(FLAG), within({"enum": [True, False]}), ADDITION),
    Pair("flag listed by halves", within(FLAG), within({"enum": [True]}), REVISION, {"a": False}),
    Pair("constants of one become a list", within({"oneOf": [{"const": "x"}, {"const": "y"}]}), within({"enum": ["x", "y", "z"]}), ADDITION),
    Pair("list becomes constants of one", within({"enum": ["x", "y"]}), within({"oneOf": [{"const": "x"}, {"const": "y"}]}), ADDITION),
    Pair("list becomes fewer constants", within({"enum": ["x", "y"]}), within({"oneOf": [{"const": "x"}]}), REVISION, {"a": "y"}),
    Pair("branch added, closed and told apart by a field", {"oneOf": [closed(("a",), a=TEXT)]}, {"oneOf": [closed(("a",), a=TEXT), closed(("b",), b=TEXT)]}, ADDITION),
    Pair("branch added, closed and not told apart", {"oneOf": [closed(("a",), a=TEXT)]}, {"oneOf": [closed(("a",), a=TEXT), closed(a=TEXT, b=TEXT)]}, REVISION, {"a": "x"}),
    Pair("branch added, told apart by a type", {"oneOf": [closed(("a",), a=TEXT), closed(("a",), a=FLAG)]}, {"oneOf": [closed(("a",), a=TEXT), closed(("a",), a=FLAG), closed(("a",), a=INT)]}, ADDITION),
    Pair("branch added, told apart by a tag of two values", {"oneOf": [tagged(kind={"enum": ["x", "y"]})]}, {"oneOf": [tagged(kind={"enum": ["x", "y"]}), tagged(kind={"const": "z"}, n=INT)]}, ADDITION),
    Pair("branch added, sharing a tag's value", {"oneOf": [tagged(kind={"enum": ["x", "y"]})]}, {"oneOf": [tagged(kind={"enum": ["x", "y"]}), tagged(kind={"const": "y"})]}, REVISION, {"kind": "y"}),
    Pair("branch added, told apart by a range", within({"oneOf": [of(NUM, maximum=0)]}), within({"oneOf": [of(NUM, maximum=0), of(NUM, exclusiveMinimum=0)]}), ADDITION),
    Pair("branch added, ranges that touch", within({"oneOf": [of(NUM, maximum=0)]}), within({"oneOf": [of(NUM, maximum=0), of(NUM, minimum=0)]}), REVISION, {"a": 0}),
    Pair("branch added, told apart by a length", {"oneOf": [of(LIST, maxItems=1)]}, {"oneOf": [of(LIST, maxItems=1), of(LIST, minItems=2)]}, ADDITION),
    Pair("branch added beside two that overlap", within({"oneOf": [INT, NUM]}), within({"oneOf": [INT, NUM, TEXT]}), ADDITION),
    Pair("optional added to a tagged branch", {"oneOf": [tagged(kind={"const": "x"}), tagged(kind={"const": "y"})]}, {"oneOf": [closed(("kind",), kind={"const": "x"}, n=INT), tagged(kind={"const": "y"})]}, ADDITION),
    Pair("required added to a tagged branch", {"oneOf": [tagged(kind={"const": "x"}), tagged(kind={"const": "y"})]}, {"oneOf": [tagged(kind={"const": "x"}, n=INT), tagged(kind={"const": "y"})]}, REVISION, {"kind": "x"}),
    Pair("exclusion of what never was", within(TEXT), within(of(TEXT, **{"not": INT})), ADDITION),
    Pair("exclusion of a field that never was", closed(a=TEXT), of(closed(a=TEXT), **{"not": {"required": ["b"]}}), ADDITION),
    Pair("exclusion of a field that was", closed(a=TEXT, b=TEXT), of(closed(a=TEXT, b=TEXT), **{"not": {"required": ["b"]}}), REVISION, {"b": "x"}),
    Pair("if about what never was", closed(a=TEXT), of(closed(a=TEXT, b=TEXT), **{"if": {"required": ["b"]}, "then": {"required": ["a"]}}), ADDITION),
    Pair("then that holds anyway", closed(("a",), a=of(TEXT, maxLength=3)), of(closed(("a",), a=of(TEXT, maxLength=3)), **{"if": {"required": ["a"]}, "then": {"properties": {"a": {"maxLength": 5}}}}), ADDITION),
    Pair("else that is never reached", closed(("a",), a=TEXT), of(closed(("a",), a=TEXT), **{"if": {"required": ["a"]}, "else": False}), ADDITION),
    Pair("conditions brought together", of(opened(a=TEXT), allOf=[{"required": ["a"]}, {"properties": {"a": {"maxLength": 3}}}]), opened(("a",), a=of(TEXT, maxLength=3)), ADDITION),
    Pair("conditions spread", opened(("a",), a=of(TEXT, maxLength=3)), of(opened(a=TEXT), allOf=[{"required": ["a"]}, {"properties": {"a": {"maxLength": 3}}}]), ADDITION),
    Pair("conditions brought together too tightly", of(opened(a=TEXT), allOf=[{"properties": {"a": {"maxLength": 3}}}]), opened(("a",), a=of(TEXT, maxLength=3)), REVISION, {}),
    Pair("closed member of all beside another field", {"allOf": [closed(a=TEXT)]}, {"allOf": [closed(a=TEXT), opened(b=INT)]}, ADDITION),
    Pair("closed member of all brought together with another", {"allOf": [opened(a=TEXT), opened(b=TEXT)]}, {"allOf": [closed(a=TEXT), opened(b=TEXT)]}, REVISION, {"b": "x"}),
    Pair("unevaluated within all brought out", {"allOf": [left("object", properties={"a": TEXT}), opened(b=TEXT)]}, left("object", properties={"a": TEXT, "b": TEXT}), ADDITION),
    Pair("unevaluated brought into all", left("object", properties={"a": TEXT, "b": TEXT}), {"allOf": [left("object", properties={"a": TEXT}), opened(b=TEXT)]}, REVISION, {"b": "x"}),
]

TEXTS = [
    Pair("longest that the pattern implies", within(of(TEXT, pattern="^[a-z]{2}$")), within(of(TEXT, pattern="^[a-z]{2}$", maxLength=2)), ADDITION),
    Pair("longest below what the pattern allows", within(of(TEXT, pattern="^[a-z]{2,5}$")), within(of(TEXT, pattern="^[a-z]{2,5}$", maxLength=4)), REVISION, {"a": "abcde"}),
    Pair("shortest that the pattern implies", within(of(TEXT, pattern="^[a-z]+$")), within(of(TEXT, pattern="^[a-z]+$", minLength=1)), ADDITION),
    Pair("shortest above what the pattern allows", within(of(TEXT, pattern="^[a-z]*$")), within(of(TEXT, pattern="^[a-z]*$", minLength=1)), REVISION, {"a": ""}),
    Pair("longest of an identifier's pattern", within(of(TEXT, pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")), within(of(TEXT, pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", maxLength=36)), ADDITION),
    Pair("longest of a pattern without an end", within(of(TEXT, pattern="^[a-z]{2}")), within(of(TEXT, pattern="^[a-z]{2}", maxLength=2)), REVISION, {"a": "abc"}),
    Pair("pattern takes more letters", within(of(TEXT, pattern="^[a-z]+$")), within(of(TEXT, pattern="^[A-Za-z]+$")), ADDITION),
    Pair("pattern takes fewer letters", within(of(TEXT, pattern="^[A-Za-z]+$")), within(of(TEXT, pattern="^[a-z]+$")), REVISION, {"a": "A"}),
    Pair("pattern takes more decimals", within(of(TEXT, pattern=r"^[0-9]+(\.[0-9]{1,2})?$")), within(of(TEXT, pattern=r"^[0-9]+(\.[0-9]{1,4})?$")), ADDITION),
    Pair("pattern takes fewer decimals", within(of(TEXT, pattern=r"^[0-9]+(\.[0-9]{1,4})?$")), within(of(TEXT, pattern=r"^[0-9]+(\.[0-9]{1,2})?$")), REVISION, {"a": "1.123"}),
    Pair("pattern respelt", within(of(TEXT, pattern="^(?:a|b)$")), within(of(TEXT, pattern="^[ab]$")), ADDITION),
    Pair("pattern loses its end", within(of(TEXT, pattern="^ab$")), within(of(TEXT, pattern="^ab")), ADDITION),
    Pair("pattern gains an end", within(of(TEXT, pattern="^ab")), within(of(TEXT, pattern="^ab$")), REVISION, {"a": "abc"}),
    Pair("pattern takes an option more", within(of(TEXT, pattern="^(?:en|de)$")), within(of(TEXT, pattern="^(?:en|de|fr)$")), ADDITION),
    Pair("anchors of one option only", within(of(TEXT, pattern="^a$|b")), within(of(TEXT, pattern="^(?:a|b)$")), REVISION, {"a": "bb"}),
    Pair("pattern before a line's end", within(of(TEXT, pattern="^a[^b]?$")), within(of(TEXT, pattern="^a.?$")), REVISION, {"a": "a\n"}),
    Pair("pattern that looks ahead", within(of(TEXT, pattern="^(?!b)[a-z]$")), within(of(TEXT, pattern="^[a-z]$")), ADDITION),
    Pair("multiple of a multiple", within(of(NUM, multipleOf=0.01)), within(of(NUM, multipleOf=0.001)), ADDITION),
]

HISTORIES = [
    Pair("a length given to a text that had none", closed(schedule=TEXT), closed(schedule=of(TEXT, maxLength=65535)), REVISION, {"schedule": "x" * 65536}),
    Pair("a nullable length given", closed(id={"type": ["string", "null"]}), closed(id={"type": ["string", "null"], "maxLength": 36}), REVISION, {"id": "x" * 37}),
    Pair("a default given with a required field", closed(("a",), a=FLAG), closed(("a", "b"), a=FLAG, b=of(FLAG, default=False)), MODEL, {"a": True}),
    Pair("a field made nullable", closed(("a",), a=INT), closed(("a",), a={"type": ["integer", "null"]}), ADDITION),
    Pair("an integer made a number", closed(quantity=of(INT, minimum=0, maximum=9)), closed(quantity=of(NUM, minimum=0, maximum=9)), ADDITION),
    Pair("a branch added to a tagged configuration", closed(("auth",), auth={"oneOf": [tagged(kind={"const": "key"}, key=TEXT)]}), closed(("auth",), auth={"oneOf": [tagged(kind={"const": "key"}, key=TEXT), tagged(kind={"const": "role"}, role=TEXT)]}), ADDITION),
    Pair("a configuration without a tag, told apart by its fields", closed(connection={"oneOf": [closed(("http",), http=PLAYER)]}), closed(connection={"oneOf": [closed(("http",), http=PLAYER), closed(("file",), file=TEXT)]}), ADDITION),
    Pair("a field added deep in an open object", closed(count=opened(good=INT)), closed(count=opened(good=INT, bad=INT)), REVISION, {"count": {"bad": "x"}}),
    Pair("an open object closed around new fields", closed(parameters=opened()), closed(parameters=closed(database=TEXT)), REVISION, {"parameters": {"x": 1}}),
    Pair("an envelope exchanged", closed(("event",), event=TEXT), closed(("payload",), payload=TEXT), MODEL, {"event": "x"}),
    Pair("a shared definition moved", {"properties": {"a": {"$ref": "#/$defs/d"}}, "$defs": {"d": TEXT}}, {"properties": {"a": {"$ref": "#/$defs/text"}}, "$defs": {"text": TEXT}}, ADDITION),
    Pair("a shared definition moved and narrowed", {"properties": {"a": {"$ref": "#/$defs/d"}}, "$defs": {"d": TEXT}}, {"properties": {"a": {"$ref": "#/$defs/text"}}, "$defs": {"text": of(TEXT, maxLength=1)}}, REVISION, {"a": "xy"}),
    Pair("a tree that contains itself gets a field", {"$ref": "#/$defs/node", "$defs": {"node": closed(next={"$ref": "#/$defs/node"})}}, {"$ref": "#/$defs/node", "$defs": {"node": closed(next={"$ref": "#/$defs/node"}, n=INT)}}, ADDITION),
    Pair("a tree that contains itself narrows", {"$ref": "#/$defs/node", "$defs": {"node": closed(next={"$ref": "#/$defs/node"}, n=NUM)}}, {"$ref": "#/$defs/node", "$defs": {"node": closed(next={"$ref": "#/$defs/node"}, n=INT)}}, REVISION, {"next": {"n": 1.5}}),
    Pair("the dialect named", TEXT, of(TEXT, **{"$schema": "https://json-schema.org/draft/2020-12/schema"}), ADDITION),
]

FROM_OTHERS = [*RESTS, *LISTS, *BRANCHES, *TEXTS, *HISTORIES]
