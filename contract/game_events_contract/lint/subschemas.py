"""What every subschema has to keep to. What it refers to is looked at in its own file."""

import re
from collections.abc import Iterator

from game_events_contract.keywords import Applies, Keyword, is_followed, keyword_named
from game_events_contract.lint.events import name_flaws
from game_events_contract.lint.rules import FORMATS, Flaw, LintRule
from game_events_contract.pointers import Tokens
from game_events_contract.repository import Document
from game_events_contract.walk import Place, as_document, subschemas

CONDITION = (Applies.BESIDE, Applies.CONDITIONALLY, Applies.NEGATED)
"""Below these, a subschema need not say all there is to say: what stands beside the condition does."""
LONGEST_MESSAGE = 400
ENDING_FORMATS = ("date", "uuid", "ipv4", "ipv6")
"""Texts of these have an end of their own."""
_BOUNDS = (
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
)

_LEAST, _MOST = -(2**63), 2**63 - 1


def subschema_flaws(document: Document) -> Iterator[Flaw]:
    for place, schema in subschemas(document):
        in_condition = place.is_below(*CONDITION)
        if not in_condition:
            yield from _nested(schema, place)
        if isinstance(schema, bool):
            continue
        yield from _keywords(schema, place)
        yield from _values(schema, place)
        if not in_condition and "enum" not in schema and "const" not in schema:
            yield from _bounds(schema, place)


def _nested(schema: Document | bool, place: Place) -> Iterator[Flaw]:
    """A field of the root is looked at together with what it refers to, by another rule of the same name."""
    if place.field is not None and len(place.links) > 1:
        yield from name_flaws(place.field, place.tokens)
        if not as_document(schema).keys() & {"description", "$ref"}:
            yield Flaw(LintRule.DESCRIPTION_MISSING, place.tokens, place.field)


def _keywords(schema: Document, place: Place) -> Iterator[Flaw]:
    for name in schema:
        if not is_followed(name, at_root=not place.links):
            rule = LintRule.ANCHOR_USED if keyword_named(name) else LintRule.KEYWORD_UNKNOWN
            yield Flaw(rule, (*place.tokens, name), name)


def _values(schema: Document, place: Place) -> Iterator[Flaw]:
    message = schema.get(Keyword.MESSAGE, "-")
    if not isinstance(message, str) or not 0 < len(message) <= LONGEST_MESSAGE:
        yield Flaw(LintRule.MESSAGE_INVALID, (*place.tokens, Keyword.MESSAGE), repr(message)[:40])
    values = [str(type(value)) + str(value) for value in schema.get("enum", ())]
    if len(set(values)) != len(values):
        yield Flaw(LintRule.ENUM_REPEATED, (*place.tokens, "enum"), "repeated value")
    if "pattern" in schema:
        yield from _pattern(schema["pattern"], place)
    for pattern in schema.get("patternProperties", ()):
        yield from _portable(pattern, (*place.tokens, "patternProperties", pattern))
    if "format" in schema and schema["format"] not in FORMATS:
        yield Flaw(LintRule.FORMAT_UNKNOWN, (*place.tokens, "format"), str(schema["format"]))
    if schema.get("multipleOf", 1) % 1:
        yield Flaw(LintRule.MULTIPLE_OF_FRACTION, (*place.tokens, "multipleOf"), str(schema["multipleOf"]))
    for least, most in _BOUNDS:
        if least in schema and most in schema and schema[least] > schema[most]:
            yield Flaw(LintRule.BOUNDS_CROSSED, (*place.tokens, least), f"{schema[least]} > {schema[most]}")
    if "properties" in schema and schema.get("additionalProperties") is False:
        for name in schema.get("required", ()):
            if name not in schema["properties"]:
                yield Flaw(LintRule.REQUIRED_UNDEFINED, (*place.tokens, "required"), name)


def _pattern(pattern: str, place: Place) -> Iterator[Flaw]:
    if not (pattern.startswith("^") and pattern.endswith("$")):
        yield Flaw(LintRule.PATTERN_NOT_ANCHORED, (*place.tokens, "pattern"), pattern)
    yield from _portable(pattern, (*place.tokens, "pattern"))


def _portable(pattern: str, tokens: Tokens) -> Iterator[Flaw]:
    if re.search(r"(?<!\\)(?:\\\\)*\\[dDwWsSbBpP]", pattern):
        yield Flaw(LintRule.PATTERN_NOT_PORTABLE, tokens, pattern)
        return
    try:
        # Beginning in the pattern's midst, as Python's flags may not: elsewhere they are no flags either.
        re.compile(f"(?:){pattern}")
    except re.error as error:
        yield Flaw(LintRule.PATTERN_NOT_PORTABLE, tokens, f"{pattern} (Python says: {error})")


def _bounds(schema: Document, place: Place) -> Iterator[Flaw]:
    declared = schema.get("type")
    types = [declared] if isinstance(declared, str) else declared or []
    is_text = "string" in types or place.keyword is Keyword.PROPERTY_NAMES
    if is_text and "maxLength" not in schema and schema.get("format") not in ENDING_FORMATS:
        yield Flaw(LintRule.STRING_UNBOUNDED, place.tokens, "no maxLength")
    if "array" in types and "maxItems" not in schema:
        yield Flaw(LintRule.ARRAY_UNBOUNDED, place.tokens, "no maxItems")
    if "integer" in types or "number" in types:
        yield from _range(schema, place)
    is_open = "object" in types and schema.get("additionalProperties") is not False
    if place.links and is_open and not ("maxProperties" in schema and "propertyNames" in schema):
        yield Flaw(LintRule.OBJECT_NOT_BOUNDED, place.tokens, "open")


def _range(schema: Document, place: Place) -> Iterator[Flaw]:
    if not ("minimum" in schema and "maximum" in schema):
        yield Flaw(LintRule.NUMBER_UNRANGED, place.tokens, "no minimum or no maximum")
        return
    for bound in ("minimum", "maximum"):
        if not _LEAST <= schema[bound] <= _MOST:
            yield Flaw(LintRule.NUMBER_UNRANGED, (*place.tokens, bound), str(schema[bound]))
