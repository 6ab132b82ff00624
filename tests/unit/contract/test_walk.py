"""The walk meets every subschema once, knows the way to it, and takes no data for a schema."""

from typing import Any

import pytest
from game_events_contract.keywords import Applies, Keyword
from game_events_contract.pointers import resolve_pointer, to_pointer
from game_events_contract.walk import Link, Place, replaced, subschemas, with_references

DOCUMENT: dict[str, Any] = {
    "properties": {"not": {"type": "string"}, "a/b": {"items": {"maxLength": 1}}, "$ref": True},
    "allOf": [{"if": {"required": ["not"]}, "then": {"not": {"const": {"properties": {"a": {}}}}}}],
    "dependentSchemas": {"then": {"minProperties": 1}},
    "enum": [{"items": {}}],
    "x-other": {"items": {}},
    "$defs": {"allOf": {"type": "null"}},
}
PLACES = [
    "",
    "/properties/not",
    "/properties/a~1b",
    "/properties/a~1b/items",
    "/properties/$ref",
    "/allOf/0",
    "/allOf/0/if",
    "/allOf/0/then",
    "/allOf/0/then/not",
    "/dependentSchemas/then",
    "/$defs/allOf",
]


def test_every_subschema_is_met_once_at_its_pointer() -> None:
    found = [(to_pointer(place.tokens), schema) for place, schema in subschemas(DOCUMENT)]
    assert [pointer for pointer, _ in found] == PLACES
    assert all(resolve_pointer(DOCUMENT, pointer) is schema for pointer, schema in found)


def test_a_place_knows_how_it_is_applied_by_its_keywords_and_not_by_its_names() -> None:
    below = {to_pointer(place.tokens): place for place, _ in subschemas(DOCUMENT)}
    negated = [pointer for pointer, place in below.items() if place.is_below(Applies.NEGATED)]
    assert negated == ["/allOf/0/then/not"]
    conditional = [pointer for pointer, place in below.items() if place.is_below(Applies.CONDITIONALLY)]
    assert conditional == ["/allOf/0/if", "/allOf/0/then", "/allOf/0/then/not"]


def test_only_properties_define_fields() -> None:
    assert [place.field for place, _ in subschemas(DOCUMENT) if place.field] == ["not", "a/b", "$ref"]
    assert Place((Link(Keyword.DEFS, "a"),)).field is None
    assert Place().keyword is None


def test_what_is_replaced_leaves_the_original_as_it_was() -> None:
    changed = replaced(DOCUMENT, lambda link, child: {"title": link.keyword})
    assert changed["properties"] == {name: {"title": "properties"} for name in ("not", "a/b", "$ref")}
    assert changed["enum"] == DOCUMENT["enum"]
    assert DOCUMENT["properties"]["not"] == {"type": "string"}


def test_only_references_are_changed() -> None:
    schema = {"properties": {"$ref": {"$ref": "a", "const": {"$ref": "a"}}}, "default": {"$ref": "a"}}
    assert with_references(schema, str.upper) == {
        "properties": {"$ref": {"$ref": "A", "const": {"$ref": "a"}}},
        "default": {"$ref": "a"},
    }


@pytest.mark.parametrize("schema", [3, {"items": [{}]}, {"properties": []}, {"allOf": {}}, {"not": "a"}])
def test_what_is_no_schema_is_refused(schema: Any) -> None:
    with pytest.raises(ValueError, match=r"is not a schema|is nothing that"):
        list(subschemas(schema))
