"""What a sender is told of a value that its schema does not allow."""

from datetime import UTC, datetime

import pytest
from game_events_api.contract.catalog import (
    MANY_VALUES,
    MAX_ERRORS,
    SMALL_VALUES,
    TOO_MUCH,
    Catalog,
    Schema,
    compiled,
    violations,
)
from game_events_models import contract
from game_events_models.explain import MAX_MESSAGE
from game_events_models.http import FieldError
from jsonschema_rs import Draft202012Validator

REFUNDS = "1-0-0, 1-0-1, 1-1-0, 1-1-1"
COLOURS = ["red", "green", "blue", "cyan", None, 7]


def test_every_allowed_value_is_named() -> None:
    (error,) = violations(Draft202012Validator({"enum": COLOURS}), "grün")
    assert error.rule == "enum"
    assert error.message == '"grün" is not one of "red", "green", "blue", "cyan", null, 7'


@pytest.mark.parametrize("value", ["x" * 10_000, {"deep": ["x"] * 200}])
def test_a_long_value_or_a_long_list_is_shortened(value: object) -> None:
    (error,) = violations(Draft202012Validator({"enum": [f"value-{number}" for number in range(500)]}), value)
    assert len(error.message) <= MAX_MESSAGE
    assert "value-0" in error.message
    assert "value-499" in error.message


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ({}, f"schema_version is missing; versions of refund are {REFUNDS}"),
        ({"schema_version": None}, f"schema_version is missing; versions of refund are {REFUNDS}"),
        ({"schema_version": "9-9-9"}, f"'9-9-9' is no published version; versions of refund are {REFUNDS}"),
    ],
)
def test_a_version_that_is_missing_is_told_from_one_that_is_unknown(named: dict[str, str], message: str) -> None:
    found = Catalog().find({"event_type": "refund", **named})
    assert isinstance(found, FieldError)
    assert (found.pointer, found.message) == ("/schema_version", message)


NAMES = compiled({"propertyNames": {"pattern": "^[a-z]+$"}})


@pytest.mark.parametrize(
    ("values", "reasons"), [(1, 1), (SMALL_VALUES, MAX_ERRORS), (SMALL_VALUES + 1, 1), (MANY_VALUES, 1)]
)
def test_a_small_document_is_explained_and_of_a_larger_one_the_first_error(values: int, reasons: int) -> None:
    found = violations(NAMES, {f"K{number}": 0 for number in range(values)})
    assert [error.rule for error in found] == ["pattern"] * reasons
    assert not violations(NAMES, {"k" * number: 0 for number in range(1, values + 1)})


def test_of_a_document_with_much_text_the_first_error_is_told() -> None:
    assert len(violations(NAMES, {"K": "x" * 3_000, "L": 0})) == 1


EXAMPLE = contract.judging_schema("install", "2-0-0")["examples"][0]
BEYOND_EXPLAINING = {
    "bad names": {"properties": {f"K{number}": [] for number in range(4_700)}},
    "good names": {"properties": {f"k{number}": [] for number in range(4_700)}},
    "one list": {"properties": {"k": [{"": 0}] * 7_000}},
    "lists in lists": {"properties": {f"k{number}": [0] * 900 for number in range(32)}},
    "fields": {f"k{number}": 0 for number in range(5_000)},
    "long integers": {"properties": {f"k{number}": 10**4_000 for number in range(15)}},
}


@pytest.mark.parametrize("fields", BEYOND_EXPLAINING.values(), ids=BEYOND_EXPLAINING.keys())
def test_what_would_take_seconds_to_explain_is_only_refused(fields: dict[str, object]) -> None:
    schema = Catalog().find(event := {**EXAMPLE, **fields})
    assert isinstance(schema, Schema)
    assert violations(schema.validator, event) == [TOO_MUCH]


def test_what_is_beyond_explaining_is_still_taken_when_it_is_valid() -> None:
    anything = compiled({"type": "object"})
    for fields in BEYOND_EXPLAINING.values():
        assert not violations(anything, fields)


def test_what_is_too_deep_is_told_so_however_much_it_holds() -> None:
    deep: list[object] = []
    for _ in range(300):
        deep = [0, deep]
    event = {**EXAMPLE, "properties": {"k": deep}}
    schema = Catalog().find(event)
    assert isinstance(schema, Schema)
    assert [error.rule for error in schema.violations(event, datetime.now(UTC))] == ["too-deep"]


def test_a_pattern_that_looks_around_gives_up() -> None:
    backtracking = compiled({"pattern": "(a*)*b(?!c)"})
    assert backtracking.is_valid("aab")
    assert not backtracking.is_valid("a" * 60_000)
