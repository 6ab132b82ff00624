"""What a sender is told of a value that its schema does not allow."""

import pytest
from game_events_api.contract.catalog import MAX_MESSAGE, violations
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
