"""A bundle holds all that it refers to, and reads as the files did."""

import json
from pathlib import Path

import pytest
from game_events_contract.bundle import as_read, bundle_document


def test_definitions_of_other_files_come_along_under_their_names(tmp_path: Path) -> None:
    shared = {"$defs": {"a/b": {"type": "string", "examples": [{"$ref": "x"}]}, "c": {"$ref": "#/$defs/a~1b"}}}
    (tmp_path / "shared.json").write_text(json.dumps(shared))
    document = {"properties": {"d": {"$ref": "shared.json#/$defs/c"}}}
    assert bundle_document(document, tmp_path / "own.json") == {
        "properties": {"d": {"$ref": "#/$defs/c"}},
        "$defs": {"a/b": {"type": "string", "examples": [{"$ref": "x"}]}, "c": {"$ref": "#/$defs/a~1b"}},
    }


def test_what_a_field_says_itself_goes_before_what_it_refers_to() -> None:
    bundled = {"$defs": {"a": {"$ref": "#/$defs/b", "title": "A"}, "b": {"title": "B", "type": "string"}}}
    read = as_read({"$ref": "#/$defs/a", "description": "Own."}, bundled)
    assert read == {"type": "string", "title": "A", "description": "Own."}


def test_a_reference_that_leads_back_to_itself_cannot_be_read() -> None:
    with pytest.raises(ValueError, match="leads back to itself"):
        as_read({"$ref": "#/$defs/a"}, {"$defs": {"a": {"$ref": "#/$defs/a"}}})


def test_two_definitions_of_one_name_are_kept_apart(tmp_path: Path) -> None:
    (tmp_path / "shared.json").write_text(json.dumps({"$defs": {"a": {"const": 1}}, "properties": {"a": {"const": 2}}}))
    document = {"anyOf": [{"$ref": "shared.json#/$defs/a"}, {"$ref": "shared.json#/properties/a"}]}
    assert bundle_document(document, tmp_path / "own.json") == {
        "anyOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/a_2"}],
        "$defs": {"a": {"const": 1}, "a_2": {"const": 2}},
    }
