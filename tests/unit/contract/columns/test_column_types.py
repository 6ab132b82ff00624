"""What a column's type is: decided by the field's schema, whichever way it is written."""

from typing import Any

import pytest
from game_events_contract.columns.column_types import admits, column_type

TEXT = {"type": "string", "maxLength": 9}
MONEY = r"^(0|[1-9][0-9]{0,13})(\.[0-9]{1,4})?$"
CLOSED = {"type": "object", "properties": {"a": TEXT}, "additionalProperties": False}
ROOT = {
    "$defs": {
        "money": {"$ref": "#/$defs/amount"},
        "amount": {"type": "string", "pattern": MONEY},
        "tree": {"type": "object", "properties": {"left": {"$ref": "#/$defs/tree"}}, "additionalProperties": False},
    }
}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (TEXT, "varchar"),
        ({"type": "boolean"}, "boolean"),
        ({"type": "string", "format": "date-time"}, "timestamp"),
        ({"type": "string", "format": "date"}, "date"),
        ({"type": "string", "format": "uuid"}, "varchar"),
        ({"type": "integer", "minimum": 0, "maximum": 9}, "bigint"),
        ({"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1}, "bigint"),
        ({"type": "number"}, "double"),
        ({"type": "array", "items": TEXT}, "json"),
        ({"type": "object", "additionalProperties": TEXT}, "json"),
        ({}, "json"),
        (True, "json"),
    ],
)
def test_the_type_decides(schema: Any, expected: str) -> None:
    assert column_type(schema, {}) == expected


@pytest.mark.parametrize(
    ("precision", "scale", "expected"),
    [(18, 4, "decimal(18,4)"), (18, 10, "decimal(18,10)"), (38, 0, "decimal(38,0)"), (1, 1, "decimal(1,1)")],
)
def test_text_is_a_decimal_where_the_schema_says_so(precision: int, scale: int, expected: str) -> None:
    said = {"x-decimal": {"precision": precision, "scale": scale}}
    assert column_type({"type": "string", "pattern": "^[0-9]+$", **said}, {}) == expected
    assert column_type({"type": ["string", "null"], **said}, {}) == expected


@pytest.mark.parametrize(
    "pattern",
    [
        r"^-?(0|[1-9][0-9]{0,13})(\.[0-9]{1,4})?$",
        r"^(0|[1-9][0-9]{0,5})\.[0-9]{2}$",  # 1.10 may be a version
        r"^(0|[1-9][0-9]{0,9})(\.[0-9]{1,8})?$",
        r"^[0-9]+$",
        r"^[0-9]+(\.[0-9]+)*$",
        r"^[\x21-\x7e]+$",
    ],
)
def test_text_that_only_looks_like_a_number_is_text(pattern: str) -> None:
    assert column_type({"type": "string", "pattern": pattern}, {}) == "varchar"


def test_money_of_before_the_word_keeps_its_column() -> None:
    assert column_type({"type": "string", "pattern": MONEY}, {}) == "decimal(18,4)"


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": ["string", "null"]}, "varchar"),
        ({"type": ["string", "null"], "format": "date-time"}, "timestamp"),
        ({"type": ["integer", "null"]}, "bigint"),
        ({"type": ["object", "null"]}, "json"),
        ({"anyOf": [{"type": "null"}, {"type": "string", "format": "date"}]}, "date"),
        ({"oneOf": [{"$ref": "#/$defs/money"}, {"type": "null"}]}, "decimal(18,4)"),
        ({"enum": ["a", None]}, "varchar"),
        ({"type": "null"}, "json"),
    ],
)
def test_what_may_be_null_has_the_type_it_has_otherwise(schema: Any, expected: str) -> None:
    assert column_type(schema, ROOT) == expected


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"const": "x"}, "varchar"),
        ({"const": 1}, "bigint"),
        ({"const": True}, "boolean"),
        ({"const": 1.5}, "double"),
        ({"const": [1]}, "json"),
        ({"enum": [1, 2, 3]}, "bigint"),
        ({"enum": [1, 2.5]}, "double"),
        ({"enum": [1, "a"]}, "varchar"),
        ({"enum": ["a", {"b": 1}]}, "json"),
        ({"type": "integer", "enum": [1, 2]}, "bigint"),
        ({"type": "string", "enum": ["1.00", "2.00"], "pattern": MONEY}, "varchar"),
    ],
)
def test_listed_values_decide_by_their_own_types(schema: Any, expected: str) -> None:
    assert column_type(schema, {}) == expected


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": ["integer", "number"]}, "double"),
        ({"anyOf": [{"type": "integer"}, TEXT]}, "varchar"),
        ({"anyOf": [{"type": "boolean"}, {"type": "integer"}]}, "varchar"),
        ({"anyOf": [TEXT, {"type": "array"}]}, "json"),
        ({"oneOf": [CLOSED, CLOSED]}, "json"),
        ({"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}, "varchar"),
        ({"$ref": "#/$defs/money", "description": "The fee."}, "decimal(18,4)"),
        ({"allOf": [{"$ref": "#/$defs/amount"}, {"minLength": 2}]}, "decimal(18,4)"),
        ({"type": "number", "allOf": [{"type": "integer"}]}, "bigint"),
        ({"$ref": "#/$defs/tree"}, "json"),
    ],
)
def test_alternatives_and_conditions_meet_in_what_holds_them_all(schema: Any, expected: str) -> None:
    assert column_type(schema, ROOT) == expected


def test_a_schema_that_is_its_own_alternative_ends() -> None:
    root = {"$defs": {"loop": {"anyOf": [{"$ref": "#/$defs/loop"}, {"type": "integer"}]}}}
    assert column_type({"$ref": "#/$defs/loop"}, root) == "json"
    assert "integer" in admits({"$ref": "#/$defs/loop"}, root)
