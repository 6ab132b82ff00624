"""Every document under schemas/examples gets the verdict its place says, from validators and models alike."""

import pytest
from contract.checkout import FIRST_RELEASE
from contract.examples import Example, invalid_examples, valid_examples
from contract.validators import python_complaints, rust_complaints
from game_events_contract.broken_examples import broken
from game_events_models import EVENTS, contract
from pydantic import ValidationError

VALID, INVALID = list(valid_examples()), list(invalid_examples())
VERSIONS = [(event_type, version) for event_type, versions in contract.versions().items() for version in versions]

MODELS_ACCEPT = {
    "common-event-type-missing": "the model fills in the constant",
    "common-schema-version-missing": "the model fills in the constant",
    "common-event-time-epoch": "Pydantic parses an epoch and dumps RFC 3339",
    "common-event-time-lower-case": "Pydantic parses it and dumps the one spelling",
    "common-event-time-space": "Pydantic parses it and dumps the one spelling",
}
"""The documented exceptions: what the schema refuses and the model takes, and why."""


@pytest.mark.parametrize("example", VALID, ids=str)
def test_a_valid_example_is_valid_everywhere(example: Example) -> None:
    assert rust_complaints(example.event_type, example.version, example.event) == []
    assert python_complaints(example.event_type, example.version, example.event) == []
    model = EVENTS[example.event_type][example.version].model_validate(example.event)
    assert rust_complaints(example.event_type, example.version, model.model_dump(mode="json")) == []


@pytest.mark.parametrize("example", INVALID, ids=str)
def test_an_invalid_example_breaks_its_rule_and_nothing_elsewhere(example: Example) -> None:
    for complaints in (
        rust_complaints(example.event_type, example.version, example.event),
        python_complaints(example.event_type, example.version, example.event),
    ):
        assert (example.rule, example.pointer) in complaints
        under = f"{example.pointer}/"
        assert all(pointer == example.pointer or pointer.startswith(under) for _, pointer in complaints), complaints


@pytest.mark.parametrize("example", INVALID, ids=str)
def test_models_refuse_what_the_schema_refuses_but_for_the_documented_exceptions(example: Example) -> None:
    model = EVENTS[example.event_type][example.version]
    if example.name in MODELS_ACCEPT:
        model.model_validate(example.event)
    else:
        with pytest.raises(ValidationError):
            model.model_validate(example.event)


@pytest.mark.parametrize("event_type", contract.versions())
def test_there_are_enough_examples_and_every_version_has_one(event_type: str) -> None:
    """Of the first events people wrote every case down; since then the invalid ones are made by rule."""
    valid = [example for example in VALID if example.event_type == event_type]
    invalid = [example for example in INVALID if example.event_type == event_type]
    least = 30 if event_type in FIRST_RELEASE else 1
    assert len(valid) >= least
    assert len(invalid) >= 2 * least
    assert {example.version for example in valid} == set(contract.versions()[event_type])


@pytest.mark.parametrize(("event_type", "version"), VERSIONS)
def test_what_is_broken_by_rule_is_refused_by_that_rule_alone(event_type: str, version: str) -> None:
    schema = contract.schema(event_type, version)
    made = [(one, example) for example in schema["examples"] for one in broken(schema, example)]
    assert len({(one.rule, one.pointer) for one, _ in made}) >= 15
    for one, example in made:
        assert rust_complaints(event_type, version, example) == []
        complaints = rust_complaints(event_type, version, one.event)
        assert (one.rule, one.pointer) in complaints, (one, complaints)
        assert {pointer for _, pointer in complaints} == {one.pointer}, (one, complaints)
        assert (one.rule, one.pointer) in python_complaints(event_type, version, one.event)
