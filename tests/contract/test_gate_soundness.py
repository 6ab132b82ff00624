"""Whatever is done to a schema at random: when the gate calls it harmless, no event valid before is refused after."""

import copy
import random
from typing import Any

import jsonschema_rs
import pytest
from contract.examples import valid_examples
from contract.small_schemas import changed, small_values, with_definitions
from game_events_contract.compatibility import compare
from game_events_models import contract

EVENTS = {
    (e.event_type, e.version): [
        other.event for other in valid_examples() if (other.event_type, other.version) == (e.event_type, e.version)
    ]
    for e in valid_examples()
}
SMALL_VALUES = small_values()
BOUNDS = ("minLength", "maxLength", "minimum", "maximum", "maxProperties")


def subschemas(node: Any) -> list[dict[str, Any]]:
    found = [node] if isinstance(node, dict) else []
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return found + [inner for child in children for inner in subschemas(child)]


def change_at_random(schema: dict[str, Any], chance: random.Random) -> None:
    places = [place for place in subschemas({**schema, "examples": []}) if place]
    place = chance.choice(places)
    keyword = chance.choice(sorted(place))
    value = place[keyword]
    if keyword in BOUNDS and isinstance(value, int):
        place[keyword] = max(0, value + chance.choice([-value, -2, -1, 1, 2, 100]))
    elif keyword == "enum":
        place[keyword] = chance.sample(value, max(1, len(value) - chance.randint(0, 2)))
        if chance.random() < 0.5:
            place[keyword] = [*value, "one_more"]
    elif keyword == "required" and isinstance(value, list):
        names = sorted(set(schema["properties"]) | {"new_field"})
        place[keyword] = chance.choice([value[1:], [*value, chance.choice(names)]])
    elif keyword == "additionalProperties":
        place[keyword] = chance.choice([True, False, {"type": "string"}])
    elif keyword == "type" and isinstance(value, str):
        place[keyword] = chance.choice(["string", "integer", "number", "object", [value, "null"]])
    elif keyword == "pattern" and isinstance(value, str):
        place[keyword] = chance.choice(["^[a-z]*$", "^.*$", value])
    elif keyword == "properties" and isinstance(value, dict):
        if chance.random() < 0.5 and value:
            value.pop(chance.choice(sorted(value)))
        else:
            value["new_field"] = chance.choice([{}, {"type": "string", "maxLength": 3}, {"type": "integer"}])
    elif keyword not in ("$schema", "$ref", "$defs", "description", "title"):
        place.pop(keyword)


@pytest.mark.parametrize("seed", range(20))
def test_what_the_gate_calls_harmless_refuses_no_event_of_before(seed: int) -> None:
    chance = random.Random(seed)
    harmless = breaking = 0
    for _ in range(25):
        (event_type, version), events = chance.choice(sorted(EVENTS.items(), key=lambda item: item[0]))
        old = contract.schema(event_type, version)
        new = copy.deepcopy(old)
        for _ in range(chance.randint(1, 3)):
            change_at_random(new, chance)
        try:
            judge = jsonschema_rs.Draft202012Validator(new, validate_formats=True)
            report = compare(old, new)
        except ValueError:
            continue  # the change left no valid schema
        if report.breaking:
            breaking += 1
            continue
        harmless += 1
        refused = [event["event_id"] for event in events if not judge.is_valid(event)]
        assert refused == [], (event_type, version, report.as_json())
    assert harmless
    assert breaking


def passed_by_the_gate(seeds: range) -> int:
    """How many of the random pairs the gate calls harmless, each tried with every small value."""
    harmless = 0
    for seed in seeds:
        chance = random.Random(seed)
        old = with_definitions(chance)
        new = changed(old, chance)
        try:
            before, after = (jsonschema_rs.Draft202012Validator(schema) for schema in (old, new))
        except ValueError:
            continue  # no valid schema
        if compare(old, new).breaking:
            continue
        harmless += 1
        refused = [value for value in SMALL_VALUES if before.is_valid(value) and not after.is_valid(value)]
        assert refused == [], (seed, old, new)
    return harmless


@pytest.mark.parametrize("part", range(10))
def test_no_small_value_is_refused_after_a_change_that_the_gate_calls_harmless(part: int) -> None:
    assert passed_by_the_gate(range(part * 500, part * 500 + 500)) > 100


@pytest.mark.long
def test_no_small_value_is_refused_after_any_of_30_000_changes() -> None:
    assert passed_by_the_gate(range(1_000_000, 1_030_000)) > 15_000
