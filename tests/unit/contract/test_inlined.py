"""A schema without references takes and refuses what it did with them."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from contract.corpus import WORKING, write
from game_events_contract.bundle import bundle
from game_events_contract.inlined import inlined
from game_events_contract.repository import ROOT, SchemaFile, SchemaRepository
from game_events_contract.walk import subschemas
from game_events_models import contract

NAME = {"type": "string", "maxLength": 4, "description": "Shared."}
NODE = {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}


def references(document: Any) -> list[str]:
    return [part["$ref"] for _, part in subschemas(document) if isinstance(part, dict) and "$ref" in part]


def test_what_a_field_says_itself_goes_before_what_it_referred_to() -> None:
    bundled = {"properties": {"a": {"$ref": "#/$defs/name", "description": "Own."}}, "$defs": {"name": NAME}}
    assert inlined(bundled) == {"properties": {"a": {**NAME, "description": "Own."}}}


@pytest.mark.parametrize(
    ("beside", "value"),
    [
        ({"maxLength": 8}, "12345"),  # the shorter of both
        ({"allOf": [{"minLength": 2}]}, "1"),
        ({"not": {"const": "no"}}, "no"),
    ],
)
def test_what_judges_beside_a_reference_still_judges_beside_it(beside: dict[str, Any], value: str) -> None:
    bundled = {"$ref": "#/$defs/name", "$defs": {"name": NAME}, **beside}
    written_out = inlined(bundled)
    assert references(written_out) == []
    for judge in map(jsonschema_rs.Draft202012Validator, (bundled, written_out)):
        assert not judge.is_valid(value)
        assert judge.is_valid("abcd")


def test_what_closes_an_object_still_sees_only_the_fields_beside_it() -> None:
    part = {"type": "object", "properties": {"a": True}}
    closed = {"$ref": "#/$defs/part", "properties": {"b": True}, "additionalProperties": False}
    bundled = {**closed, "$defs": {"part": part}}
    for judge in map(jsonschema_rs.Draft202012Validator, (bundled, inlined(bundled))):
        assert judge.is_valid({"b": 1})
        assert not judge.is_valid({"a": 1})


def test_only_what_leads_back_to_itself_stays_a_definition() -> None:
    bundled = {"properties": {"a": {"$ref": "#/$defs/name"}, "b": {"$ref": "#/$defs/node"}}}
    written_out = inlined({**bundled, "$defs": {"name": NAME, "node": NODE}})
    assert written_out == {"properties": {"a": NAME, "b": {"$ref": "#/$defs/node"}}, "$defs": {"node": NODE}}


def test_a_reference_in_data_is_none() -> None:
    data = {"examples": [{"$ref": "x"}], "properties": {"a": {"const": {"$ref": "y"}}}}
    assert inlined({**data, "$defs": {"name": NAME}}) == data


def files() -> Iterator[SchemaFile]:
    yield from (file for versions in SchemaRepository().events.values() for file in versions)


@pytest.mark.parametrize("file", list(files()), ids=lambda file: file.label)
def test_every_published_version_is_served_without_a_reference(file: SchemaFile) -> None:
    served = contract.inlined_schema(file.name, str(file.version))
    assert served == inlined(bundle(file))
    assert references(served) == []
    assert "$defs" not in served
    judges = [jsonschema_rs.Draft202012Validator(one, validate_formats=True) for one in (served, bundle(file))]
    folder = ROOT / "schemas" / "examples" / file.name
    events = [json.loads(path.read_text()) for path in sorted(folder.glob("*/*.json"))]
    for event in (one.get("event", one) for one in events):
        ours = {**event, "schema_version": str(file.version)}
        assert len({judge.is_valid(ours) for judge in judges}) == 1


def test_every_case_of_the_corpus_judges_alike_without_references(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "schemas" / "common", tmp_path / "schemas" / "common")
    write(WORKING, tmp_path)
    versions = SchemaRepository(tmp_path / "schemas").events
    wrong = []
    for case in WORKING:
        judge = jsonschema_rs.Draft202012Validator(inlined(bundle(versions[case.event_type][0])), validate_formats=True)
        wrong += [(str(case), event) for event in case.valid if not judge.is_valid(event)]
        wrong += [(str(case), event) for event in case.invalid if judge.is_valid(event)]
    assert wrong == []
