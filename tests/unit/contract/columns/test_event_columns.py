"""Columns follow from the schemas, each event's from its own, and never change once they are there."""

from pathlib import Path
from typing import Any

import pytest
from game_events_contract.columns import event_columns, field_columns
from game_events_contract.repository import SchemaRepository
from unit.contract.columns.schemas_of import an_object, versions

TEXT = {"type": "string", "maxLength": 9}
NUMBER = {"type": "integer", "minimum": 0, "maximum": 9}


def paths(document: dict[str, Any]) -> dict[str, str]:
    return {".".join(field.path): field.type for field in field_columns(document)}


def names(folder: Path, **documents: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {
        column.name: (".".join(column.path), column.type) for column in event_columns(versions(folder, **documents))
    }


def test_every_field_of_every_published_version_is_a_column() -> None:
    for event, files in SchemaRepository().events.items():
        found = {column.path[0] for column in event_columns(files)}
        for file in files:
            assert set(file.document["properties"]) - found == set(), (event, file.label)


def test_the_published_columns_are_as_they_were() -> None:
    """Queries were written for these names and types."""
    found = {column.name: column.type for column in event_columns(SchemaRepository().events["purchase"])}
    assert list(found.values()).count("decimal(18,4)") == 4
    assert found["quantity"] == "bigint"
    assert found["properties"] == "json"
    assert found["event_time"] == "timestamp"
    assert {name for name in found if "_" in name and name.split("_")[0] in ("device", "receipt")} == {
        "device_os", "device_os_version", "device_model", "device_locale", "receipt_type", "receipt_ref",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        (an_object(os=TEXT), {"f.os": "varchar"}),
        (an_object(inner=an_object(deep=NUMBER)), {"f.inner.deep": "bigint"}),
        ({**an_object(os=TEXT), "type": ["object", "null"]}, {"f.os": "varchar"}),
        ({"anyOf": [{"type": "null"}, an_object(os=TEXT)]}, {"f.os": "varchar"}),
        ({"allOf": [an_object(os=TEXT)], "description": "It."}, {"f.os": "varchar"}),
        (an_object(), {"f": "json"}),
        ({**an_object(os=TEXT), "additionalProperties": True}, {"f": "json"}),
        ({**an_object(os=TEXT), "patternProperties": {"^x_": TEXT}}, {"f": "json"}),
        ({"oneOf": [an_object(a=TEXT), an_object(b=TEXT)]}, {"f": "json"}),
        ({"anyOf": [an_object(a=TEXT), TEXT]}, {"f": "json"}),
        ({"type": "array", "items": an_object(os=TEXT)}, {"f": "json"}),
        (False, {}),
    ],
)
def test_an_object_is_columns_where_every_field_is_declared_and_json_otherwise(
    definition: Any, expected: dict[str, str]
) -> None:
    assert paths(an_object(f=definition)) == expected


def test_an_object_within_itself_ends_in_json() -> None:
    tree = an_object(name=TEXT, parent={"$ref": "#/$defs/tree"})
    document = {**an_object(root={"$ref": "#/$defs/tree"}), "$defs": {"tree": tree}}
    assert paths(document) == {"root.name": "varchar", "root.parent": "json"}


def test_one_definition_may_be_used_by_many_fields() -> None:
    document = {
        **an_object(a={"$ref": "#/$defs/clan"}, b={"$ref": "#/$defs/clan"}),
        "$defs": {"clan": an_object(x=TEXT)},
    }
    assert paths(document) == {"a.x": "varchar", "b.x": "varchar"}


def test_what_every_event_has_is_known() -> None:
    document = {
        **an_object(a=TEXT, b={"type": ["string", "null"]}, c=TEXT, d={**an_object(x=TEXT, y=TEXT), "required": ["x"]}),
        "required": ["a", "b", "d"],
    }
    assert [field.path for field in field_columns(document) if field.required] == [("a",), ("d", "x")]


def test_two_fields_never_share_a_column(tmp_path: Path) -> None:
    assert names(
        tmp_path,
        v1_0_0=an_object(device=an_object(os=TEXT), device_os=NUMBER, a=an_object(b_c=TEXT), a_b=an_object(c=TEXT)),
    ) == {
        "device__os": ("device.os", "varchar"),
        "device_os": ("device_os", "bigint"),
        "a_b_c": ("a.b_c", "varchar"),
        "a_b__c": ("a_b.c", "varchar"),
    }


def test_names_that_differ_in_case_alone_are_kept_apart(tmp_path: Path) -> None:
    assert list(names(tmp_path, v1_0_0=an_object(itemId=TEXT, itemid=TEXT))) == ["itemId", "itemid__1_0_0"]


def test_a_field_of_an_object_never_takes_a_column_of_the_server(tmp_path: Path) -> None:
    assert list(names(tmp_path, v1_0_0=an_object(source=an_object(file=TEXT, name=TEXT)))) == [
        "source__file",
        "source_name",
    ]


def test_a_column_keeps_its_type_and_another_type_has_its_own(tmp_path: Path) -> None:
    """The rule for versions that disagree: text would hold both, and break every query on the older."""
    assert names(
        tmp_path,
        v1_0_0=an_object(score=NUMBER),
        v2_0_0=an_object(score={"type": "number"}),
        v3_0_0=an_object(score=NUMBER),
    ) == {"score": ("score", "bigint"), "score__2_0_0": ("score", "double")}


def test_a_later_version_takes_no_name_that_is_there(tmp_path: Path) -> None:
    assert names(
        tmp_path,
        v1_0_0=an_object(device=an_object(os=TEXT)),
        v1_0_1=an_object(device=an_object(os=TEXT), device_os=NUMBER),
    ) == {"device_os": ("device.os", "varchar"), "device_os__1_0_1": ("device_os", "bigint")}


def test_an_object_that_becomes_free_has_both_kinds_of_columns(tmp_path: Path) -> None:
    assert names(tmp_path, v1_0_0=an_object(d=an_object(os=TEXT)), v2_0_0=an_object(d={"type": "object"})) == {
        "d_os": ("d.os", "varchar"),
        "d": ("d", "json"),
    }


def test_a_later_version_is_later_by_number_not_by_letter(tmp_path: Path) -> None:
    assert list(names(tmp_path, v1_10_0=an_object(first=TEXT, second=TEXT), v1_9_0=an_object(first=TEXT))) == [
        "first",
        "second",
    ]
