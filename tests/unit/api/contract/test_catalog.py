"""What a sender is told of a value that its schema does not allow."""

import pytest
from game_events_api.contract.catalog import MAX_MESSAGE, Catalog, violations
from game_events_models.http import FieldError
from jsonschema_rs import Draft202012Validator

COLOURS = ["red", "green", "blue", "cyan", None, 7]


def test_every_allowed_value_is_named() -> None:
    (error,) = violations(Draft202012Validator({"enum": COLOURS}), "grün")
    assert error.rule == "enum"
    assert error.message == '"grün" is not one of "red", "green", "blue", "cyan", null, 7'


@pytest.mark.parametrize("value", ["x" * 10_000, {"deep": ["x"] * 10_000}])
def test_a_long_value_or_a_long_list_is_shortened(value: object) -> None:
    (error,) = violations(Draft202012Validator({"enum": [f"value-{number}" for number in range(500)]}), value)
    assert len(error.message) <= MAX_MESSAGE
    assert "value-0" in error.message
    assert "value-499" in error.message


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ({}, "schema_version is missing; versions of refund are 1-0-0"),
        ({"schema_version": None}, "schema_version is missing; versions of refund are 1-0-0"),
        ({"schema_version": "9-9-9"}, "'9-9-9' is no published version; versions of refund are 1-0-0"),
    ],
)
def test_a_version_that_is_missing_is_told_from_one_that_is_unknown(named: dict[str, str], message: str) -> None:
    found = Catalog().find({"event_type": "refund", **named})
    assert isinstance(found, FieldError)
    assert (found.pointer, found.message) == ("/schema_version", message)
