"""The tier WAREHOUSE: what a change of schema does to a column, and which step it takes."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from contract.checkout import copy_event, edit
from game_events_contract.columns import ColumnRule, column_changes, compare_events
from game_events_contract.compatibility import Step, Tier
from game_events_contract.gate import gate, lock
from unit.contract.columns.schemas_of import an_object

TEXT = {"type": "string", "maxLength": 9}
MONEY = {"type": "string", "pattern": r"^(0|[1-9][0-9]{0,13})(\.[0-9]{1,4})?$"}
INTEGER = {"type": "integer", "minimum": 0, "maximum": 9}
NUMBER = {"type": "number", "minimum": 0, "maximum": 9}
NULLABLE = {"type": ["integer", "null"], "minimum": 0, "maximum": 9}
OBJECT = an_object(os=TEXT)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (INTEGER, NUMBER, {"column-type-changed"}),
        (TEXT, {**TEXT, "format": "date-time"}, {"column-type-changed"}),
        (TEXT, {"anyOf": [TEXT, {"type": "array"}]}, {"column-type-changed"}),
        (MONEY, TEXT, {"column-type-changed"}),
        (MONEY, {"type": "string", "pattern": r"^(0|[1-9][0-9]{0,13})(\.[0-9]{1,6})?$"}, {"column-type-changed"}),
        ({"enum": [1, 2]}, {"enum": [1, "two"]}, {"column-type-changed"}),
        (OBJECT, {"type": "object"}, {"columns-merged"}),
        ({"type": "object"}, OBJECT, {"column-split"}),
        (OBJECT, an_object(os=TEXT, model=TEXT), {"column-added"}),
        (an_object(os=TEXT, model=TEXT), OBJECT, {"column-unfilled"}),
        (INTEGER, NULLABLE, {"column-nullable"}),
        (NULLABLE, INTEGER, set()),
        (INTEGER, {**INTEGER, "maximum": 99, "description": "How many."}, set()),
        (TEXT, {"enum": ["a", "b"]}, set()),
        (MONEY, {**MONEY, "maxLength": 19}, set()),
        ({"type": "array"}, {"type": "array", "maxItems": 3}, set()),
    ],
)
def test_each_change_of_a_column_is_named(old: Any, new: Any, expected: set[str]) -> None:
    before, after = ({**an_object(f=schema), "required": ["f"]} for schema in (old, new))
    changes = column_changes(before, after)
    assert {change.rule.id for change in changes} == expected
    assert all(change.pointer.startswith("/properties/f") for change in changes)
    assert {change.rule.tier for change in changes} <= {Tier.WAREHOUSE}


def test_a_new_field_is_an_addition_and_a_new_type_a_model() -> None:
    before = an_object(f=INTEGER)
    assert compare_events(before, an_object(f=INTEGER, g=TEXT)).required_step is Step.ADDITION
    assert not compare_events(before, an_object(f=INTEGER, g=TEXT)).breaking
    widened = compare_events(before, an_object(f=NUMBER))
    assert widened.required_step is Step.MODEL
    assert widened.breaking


def test_no_rule_is_without_a_change_that_it_names() -> None:
    named = {
        expected for _, _, rules in test_each_change_of_a_column_is_named.pytestmark[0].args[1] for expected in rules
    }
    assert named == {rule.id for rule in ColumnRule}


def with_quantity_as_number(document: dict[str, Any]) -> None:
    document["properties"]["quantity"]["type"] = "number"


@pytest.mark.parametrize(("to", "refused"), [("1-1-1", True), ("1-2-0", True), ("2-0-0", False)])
def test_the_gate_asks_for_a_model_where_a_column_would_change(tmp_path: Path, to: str, refused: bool) -> None:
    schemas = edit(copy_event(tmp_path, "purchase"), "purchase/1-1-0", with_quantity_as_number, to=to)
    found = [finding for finding in gate(schemas) if finding.rule == "column-type-changed"]
    assert [(one.where, one.pointer) for one in found] == [(f"purchase/{to}", "/properties/quantity")] * refused


def test_a_version_between_others_takes_no_column_of_theirs(tmp_path: Path) -> None:
    checkout = copy_event(tmp_path, "install")
    level = {"description": "Level.", "type": "integer", "minimum": 0, "maximum": 9, "examples": [1]}

    def add(definition: dict[str, Any]) -> Any:
        return lambda document: document["properties"].update(level=copy.deepcopy(definition))

    lock(edit(checkout, "install/2-0-0", add({**level, "type": "number"}), to="2-0-1"))
    schemas = edit(checkout, "install/1-1-0", add(level), to="1-1-1")
    found = [finding for finding in gate(schemas) if finding.rule == "column-moved"]
    assert [(one.where, one.pointer) for one in found] == [("install/1-1-1", "/properties/level")]
    assert json.loads((checkout / "schemas/lock.json").read_text())["install/2-0-1"]
