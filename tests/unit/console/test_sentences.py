"""Every keyword that can refuse an event has its sentence, and the sentence says what would be right."""

import re
from typing import Any

import pytest
from game_events_api.contract.catalog import compiled, violations
from game_events_api.contract.reasons import at_its_field
from game_events_console.right import right, right_in
from game_events_console.sentences import SENTENCES, sentence
from game_events_contract.dialect import DIALECT
from game_events_contract.keywords import Holds, Keyword, is_followed
from jsonschema_rs import Draft202012Validator

META = {"$ref": DIALECT}
TEXT, WHOLE = {"type": "string", "examples": ["x"]}, {"type": "integer"}
SILENT = {
    *(Keyword.DEFS, Keyword.DEFINITIONS, Keyword.VOCABULARY, Keyword.DEFAULT, Keyword.TITLE, Keyword.SUPERSEDES),
    *(Keyword.CONTENT_ENCODING, Keyword.CONTENT_MEDIA_TYPE, Keyword.CONTENT_SCHEMA),
}
"""No value is refused by these."""
REFUSED: dict[Keyword, tuple[dict[str, Any], Any, str]] = {
    Keyword.REF: ({"$ref": "#/$defs/a", "$defs": {"a": TEXT}}, 1, 'text such as `"x"`'),
    Keyword.TYPE: ({"type": ["integer", "null"]}, "1", "a whole number or null"),
    Keyword.ENUM: ({"enum": list("abcdefgh")}, "i", '`"f"` and 2 more'),
    Keyword.CONST: ({"const": "a"}, "b", '`"a"`'),
    Keyword.MINIMUM: ({"minimum": 1000}, 0, "1,000 or more"),
    Keyword.MAXIMUM: ({"maximum": 1}, 2, "1 or less"),
    Keyword.EXCLUSIVE_MINIMUM: ({"exclusiveMinimum": 0}, 0, "more than 0"),
    Keyword.EXCLUSIVE_MAXIMUM: ({"exclusiveMaximum": 0}, 0, "less than 0"),
    Keyword.MULTIPLE_OF: ({"multipleOf": 5}, 1, "a multiple of 5"),
    Keyword.MIN_LENGTH: ({"minLength": 1}, "", "at least 1 character"),
    Keyword.MAX_LENGTH: ({"maxLength": 2}, "abc", "at most 2 characters"),
    Keyword.PATTERN: ({"pattern": "^[a-z]+$", "examples": ["x"]}, "1", 'it matches `^[a-z]+$`, such as `"x"`'),
    Keyword.FORMAT: ({"format": "uuid"}, "x", "a UUID"),
    Keyword.ITEMS: ({"items": {"type": "string"}}, [1], "text"),
    Keyword.PREFIX_ITEMS: ({"prefixItems": [TEXT]}, [1], 'text such as `"x"`'),
    Keyword.CONTAINS: ({"contains": WHOLE}, ["x"], "a whole number"),
    Keyword.UNEVALUATED_ITEMS: ({"prefixItems": [TEXT], "unevaluatedItems": False}, ["a", 1], "leave it out"),
    Keyword.MIN_ITEMS: ({"minItems": 1}, [], "at least 1"),
    Keyword.MAX_ITEMS: ({"maxItems": 1}, [1, 2], "at most 1"),
    Keyword.UNIQUE_ITEMS: ({"uniqueItems": True}, [1, 1], "each may be there once"),
    Keyword.MIN_CONTAINS: ({"contains": WHOLE, "minContains": 2}, [1], "at least 2"),
    Keyword.MAX_CONTAINS: ({"contains": WHOLE, "maxContains": 1}, [1, 1], "at most 1"),
    Keyword.PROPERTIES: ({"properties": {"a": False}}, {"a": 1}, "leave it out"),
    Keyword.PATTERN_PROPERTIES: ({"patternProperties": {"^a": WHOLE}}, {"a": "1"}, "a whole number"),
    Keyword.ADDITIONAL_PROPERTIES: (
        {"properties": {"price": TEXT, "store": TEXT}, "additionalProperties": False},
        {"pricee": 1, "store": "x"},
        "perhaps `price` is meant",
    ),
    Keyword.UNEVALUATED_PROPERTIES: (
        {"allOf": [{"properties": {"price": TEXT}}], "unevaluatedProperties": False},
        {"pricee": 1},
        "perhaps `price` is meant",
    ),
    Keyword.PROPERTY_NAMES: ({"propertyNames": {"maxLength": 1}}, {"ab": 1}, "a name in it: at most 1 character"),
    Keyword.REQUIRED: ({"properties": {"a": TEXT}, "required": ["a"]}, {}, 'text such as `"x"`'),
    Keyword.MIN_PROPERTIES: ({"minProperties": 1}, {}, "at least 1"),
    Keyword.MAX_PROPERTIES: ({"maxProperties": 1}, {"a": 1, "b": 1}, "at most 1"),
    Keyword.ALL_OF: ({"allOf": [WHOLE]}, "1", "a whole number"),
    Keyword.ANY_OF: ({"anyOf": [WHOLE, {"title": "Coins", "type": "object"}]}, "1", "a whole number or Coins"),
    Keyword.ONE_OF: ({"oneOf": [WHOLE, {"type": "null"}]}, "1", "a whole number or null"),
    Keyword.NOT: ({"not": WHOLE}, 1, "a value that it must not have"),
    Keyword.IF: ({"if": WHOLE, "then": False}, 1, "leave it out"),
    Keyword.THEN: ({"if": WHOLE, "then": {"minimum": 6}}, 5, "6 or more"),
    Keyword.ELSE: ({"if": TEXT, "else": {"minimum": 6}}, 5, "6 or more"),
    Keyword.DEPENDENT_REQUIRED: ({"dependentRequired": {"a": ["b", "c"]}}, {"a": 1, "b": 1}, "with `a` goes `b`, `c`"),
    Keyword.DEPENDENT_SCHEMAS: ({"dependentSchemas": {"a": {"maxProperties": 1}}}, {"a": 1, "b": 1}, "at most 1"),
}


def said(schema: dict[str, Any], value: Any) -> list[str]:
    """The sentences of all that the server finds wrong with `{"field": value}`."""
    schema = dict(schema)
    whole = {"$defs": schema.pop("$defs", {}), "properties": {"field": schema}}
    found = [at_its_field(one.model_dump()) for one in violations(compiled(whole), {"field": value}, whole)]
    assert {one["rule"] for one in found} <= SENTENCES.keys()
    return [f"{sentence(one, None, None)}: {right_in(whole, one['rule'], one['pointer'])}" for one in found]


def test_every_keyword_that_the_lint_lets_through_is_known_to_refuse_or_not_to() -> None:
    judging = {one for one in Keyword if one.holds is not Holds.NOTE and is_followed(one, at_root=False)}
    assert judging == REFUSED.keys() | SILENT - {Keyword.ID, Keyword.SCHEMA}


@pytest.mark.parametrize("keyword", REFUSED)
def test_a_keyword_that_refuses_has_a_sentence_that_says_what_would_be_right(keyword: Keyword) -> None:
    schema, value, words = REFUSED[keyword]
    assert any(words in one for one in said(schema, value)), said(schema, value)


@pytest.mark.parametrize("keyword", sorted(SILENT))
def test_a_keyword_without_a_sentence_refuses_nothing(keyword: Keyword) -> None:
    tried = 0
    for held in ("base64", "application/json", {"a": False}, False, [1]):
        if Draft202012Validator(META).is_valid({str(keyword): held}):
            tried += 1
            assert [said({str(keyword): held}, value) for value in ("no base64 {", 1, {"a": 1}, [2])] == [[]] * 4
    assert tried


def test_what_depends_on_a_condition_is_left_to_the_servers_message() -> None:
    schema = {
        "properties": {"price": {"pattern": "^[0-9.]+$"}},
        "allOf": [{"if": {"required": ["jpy"]}, "then": {"properties": {"price": {"pattern": "^[0-9]+$"}}}}],
    }
    assert right_in(schema, "pattern", "/price") == ""


def test_the_products_own_events_are_told_by_their_version() -> None:
    told = sentence({"rule": "type", "pointer": "/price"}, "purchase", "1-0-0")
    assert told == 'price must be text such as `"4.99"`'
    assert right("type", "/price", "purchase", "9-9-9") == right("type", "/price", None, None) == ""
    assert re.fullmatch(
        r"versions are `\"1-2-1\"`, .*`\"1-0-0\"`", right("unknown-schema-version", "", "purchase", "9-9-9")
    )
    assert "purchase" in right("unknown-event-type", "", "purchas", None)
    assert right("retired-schema-version", "", "install", "1-0-1").startswith("send ")
