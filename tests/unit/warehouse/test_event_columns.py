"""Columns follow from the schemas: a new field needs no hand-written SQL."""

import copy
from typing import Any

import pytest
from game_events_models import contract
from game_events_warehouse import event_columns
from game_events_warehouse.errors import WarehouseError
from game_events_warehouse.event_columns import Column, columns, models


def an_event(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def by_name(catalog: event_columns.Catalog) -> dict[str, Column]:
    return {column.name: column for column in columns(catalog)}


def test_every_field_of_every_published_schema_has_a_column() -> None:
    found = {column.path[0] for column in columns(event_columns.published())}
    for event, versions in contract.versions().items():
        for version in versions:
            fields = set(contract.schema(event, version)["properties"])
            assert fields - found == event_columns.IDENTITY, (event, version)


def test_money_is_decimal_and_other_text_is_not() -> None:
    found = by_name(event_columns.published())
    assert {name for name, column in found.items() if column.type == "decimal"} >= {"price", "tax_amount", "store_fee"}
    assert found["app_version"].type == "varchar"
    assert found["quantity"].type == "bigint"
    assert found["properties"].type == "json"


def test_declared_objects_become_prefixed_columns() -> None:
    found = by_name(event_columns.published())
    assert found["device_os_version"].path == ("device", "os_version")
    assert found["receipt_ref"].events == ("purchase",)


def test_a_new_optional_field_of_a_later_version_is_one_more_column() -> None:
    catalog = {event: dict(versions) for event, versions in event_columns.published().items()}
    newer = copy.deepcopy(dict(catalog["install"]["1-0-0"]))
    newer["properties"]["app_build"] = {"type": "integer"}
    catalog["install"]["1-99-0"] = newer
    before, after = by_name(event_columns.published()), by_name(catalog)
    assert set(after) - set(before) == {"app_build"}
    assert after["app_build"] == Column("app_build", ("app_build",), "bigint", ("install",))


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string"}, "varchar"),
        ({"type": "string", "format": "date-time"}, "timestamp"),
        ({"type": "string", "pattern": "^(0|[1-9][0-9]{0,13})(\\.[0-9]{1,4})?$"}, "decimal"),
        ({"type": "string", "pattern": "^[0-9]+$"}, "varchar"),
        ({"type": "string", "pattern": "^[0-9.]+[a-z]?$"}, "varchar"),
        ({"type": "string", "pattern": "^[\\x21-\\x7e]+$"}, "varchar"),
        ({"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)*$"}, "varchar"),
        ({"type": "integer"}, "bigint"),
        ({"type": "number"}, "double"),
        ({"type": "boolean"}, "boolean"),
        ({"type": "array", "items": {"type": "string"}}, "json"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "json"),
        ({"const": "x"}, "varchar"),
        ({"anyOf": [{"type": "string"}, {"type": "number"}]}, "json"),
    ],
)
def test_types(schema: dict[str, Any], expected: str) -> None:
    assert by_name({"level": {"1-0-0": an_event(field=schema)}})["field"].type == expected


def test_versions_that_disagree_meet_in_text() -> None:
    catalog = {
        "level": {"1-0-0": an_event(score={"type": "integer"}), "2-0-0": an_event(score={"type": "string"})},
    }
    assert by_name(catalog)["score"].type == "varchar"


def test_an_object_that_was_free_in_one_version_stays_json() -> None:
    catalog = {
        "level": {
            "1-0-0": an_event(device={"type": "object"}),
            "2-0-0": an_event(device=an_event(os={"type": "string"})),
        },
        "session": {"1-0-0": an_event(device=an_event(os={"type": "string"}))},
    }
    assert columns(catalog) == (Column("device", ("device",), "json", ("level", "session")),)


def test_two_fields_for_one_column_are_an_error() -> None:
    catalog = {"level": {"1-0-0": an_event(device_os={"type": "string"}, device=an_event(os={"type": "string"}))}}
    with pytest.raises(WarehouseError, match="device_os"):
        columns(catalog)


def test_references_inside_the_document_are_followed() -> None:
    schema = an_event(fee={"$ref": "#/$defs/money", "description": "the fee"}) | {
        "$defs": {"money": {"$ref": "#/$defs/amount"}, "amount": {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?$"}}
    }
    assert by_name({"level": {"1-0-0": schema}})["fee"].type == "decimal"


def test_a_reference_out_of_the_document_is_an_error() -> None:
    with pytest.raises(WarehouseError, match="leaves its document"):
        columns({"level": {"1-0-0": an_event(fee={"$ref": "common.json#/amount"})}})


def test_models_are_the_first_numbers_of_the_versions() -> None:
    catalog = {"install": {version: an_event() for version in ("1-0-0", "1-10-0", "2-0-0")}}
    assert models(catalog) == {"install": [1, 2]}


def test_a_later_version_is_later_by_number_not_by_letter() -> None:
    catalog = {
        "level": {
            "1-10-0": an_event(first={"type": "string"}, second={"type": "string"}),
            "1-9-0": an_event(first={"type": "string"}),
        }
    }
    assert [column.name for column in columns(catalog)] == ["first", "second"]
