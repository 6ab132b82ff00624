"""A refusal names the branch that was meant, the condition that holds, and the sentence that the schema carries."""

import json
from typing import Any

import pytest
from documents import run_here
from game_events_api.contract.catalog import compiled, violations
from game_events_models import contract

COINS = {
    "title": "Coins",
    "type": "object",
    "properties": {"kind": {"const": "coins"}, "amount": {"type": "integer"}},
    "required": ["kind", "amount"],
    "additionalProperties": False,
}
ITEM = {
    "type": "object",
    "properties": {"kind": {"enum": ["item", "chest"]}, "id": {"type": "string"}},
    "required": ["kind", "id"],
    "additionalProperties": False,
}
SCHEMA: dict[str, Any] = {
    "$defs": {"reward": {"oneOf": [COINS, ITEM]}},
    "type": "object",
    "properties": {
        "reward": {"$ref": "#/$defs/reward"},
        "rewards": {"type": "array", "items": {"$ref": "#/$defs/reward"}},
        "score": {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "null"}]},
        "place": {"anyOf": [{"type": "string", "maxLength": 2}, {"type": "string", "pattern": "^#"}]},
        "nested": {
            "anyOf": [{"type": "object", "properties": {"reward": {"$ref": "#/$defs/reward"}}}, {"type": "null"}]
        },
        "tag": {"type": "string", "pattern": "^[a-z]+$", "x-message": "A tag has small letters only."},
        "mode": {"enum": ["ranked", "casual"]},
    },
    "if": {"properties": {"mode": {"const": "ranked"}}, "required": ["mode"]},
    "then": {"required": ["rank"]},
    "else": {"not": {"required": ["rank"]}},
    "dependentSchemas": {"clan": {"required": ["clan_id"]}},
    "allOf": [
        {"if": {"required": ["boost"]}, "then": {"properties": {"score": False}, "x-message": "A boost has no score."}},
    ],
}
JUDGE = compiled(SCHEMA)


def told(event: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(one.pointer, one.rule, one.message) for one in violations(JUDGE, event, SCHEMA)]


@pytest.mark.parametrize(
    ("event", "pointer", "rule", "words"),
    [
        ({"reward": {"kind": "coins", "amount": "x"}}, "/reward/amount", "type", '"x" is not of type "integer"'),
        ({"reward": {"kind": "chest"}}, "/reward", "required", '"id" is a required property'),
        ({"rewards": [{"kind": "item", "id": 1}]}, "/rewards/0/id", "type", '1 is not of type "string"'),
        ({"reward": {"kind": "gem"}}, "/reward/kind", "oneOf", '"gem" is not one of "coins", "item", "chest"'),
        ({"reward": 7}, "/reward", "oneOf", "fits none of its forms. Coins: 7 is not of type"),
        ({"score": -1}, "/score", "minimum", "-1 is less than the minimum of 0"),
        ({"place": "long"}, "/place", "anyOf", "form 2: "),
        ({"nested": {"reward": {"kind": "coins", "amount": []}}}, "/nested/reward/amount", "type", "integer"),
        ({"mode": "ranked"}, "", "required", '"rank" is a required property, because mode is "ranked"'),
        ({"mode": "casual", "rank": 1}, "", "not", ', because not (mode is "casual")'),
        ({"clan": 1}, "", "required", '"clan_id" is a required property, because clan is given'),
        ({"tag": "UP"}, "/tag", "pattern", "A tag has small letters only."),
        ({"boost": 1, "score": 1}, "/score", "false", "A boost has no score."),
    ],
)
def test_a_refusal_says_what_was_meant(event: dict[str, Any], pointer: str, rule: str, words: str) -> None:
    found = [one for one in told(event) if words in one[2]]
    assert [one[:2] for one in found] == [(pointer, rule)], told(event)


def test_the_decimals_of_an_amount_are_told_with_their_currency() -> None:
    schema = contract.schema("purchase", "1-1-0")
    event = {**schema["examples"][0], "price": "12.50", "currency": "JPY"}
    (error,) = violations(compiled(schema), event, schema)
    assert error.pointer == "/price"
    assert error.message == '"12.50" does not match "^[0-9]+$", because currency is "JPY"'


def test_what_a_union_within_unions_comes_to_is_bounded() -> None:
    union: dict[str, Any] = {"type": "string", "maxLength": 1}
    for _ in range(8):
        union = {"anyOf": [union, {"type": "null"}]}
    (error,) = violations(compiled(union), 5, union)
    assert error.rule == "anyOf"


def test_without_the_schema_the_validator_is_quoted() -> None:
    (error,) = violations(JUDGE, {"tag": "UP"})
    assert error.message == '"UP" does not match "^[a-z]+$"'


def test_the_documented_sentence_is_what_a_refusal_says() -> None:
    """And without it the values that met the condition, as the page has it too."""
    (written,) = run_here(__file__, "docs/schemas.md", "json")
    schema = {"if": {"properties": {"currency": {"const": "JPY"}}}, **json.loads(written)}
    event = {"currency": "JPY", "price": "12.50"}
    ((_, _, message),) = [(one.pointer, one.rule, one.message) for one in violations(compiled(schema), event, schema)]
    assert message == "This currency has no decimals: write 1200."
    del schema["then"]["properties"]["price"]["x-message"]
    ((_, _, message),) = [(one.pointer, one.rule, one.message) for one in violations(compiled(schema), event, schema)]
    assert message == '"12.50" does not match "^[0-9]+$", because currency is "JPY"'
