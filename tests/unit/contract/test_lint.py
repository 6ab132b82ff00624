"""Every lint rule finds the mistake it is named after, and nothing else is wrong with the schemas as they are."""

from pathlib import Path
from typing import Any

import pytest
from game_events_contract.lint import LINT_RULES, lint
from game_events_contract.repository import SchemaRepository
from unit.contract.checkout import Edit, copy_checkout, edit


def test_the_published_schemas_are_clean() -> None:
    assert lint(SchemaRepository()) == []


def field(name: str, value: Any) -> Edit:
    return lambda document: document["properties"].update({name: value})


def within(name: str, **keywords: Any) -> Edit:
    return lambda document: document["properties"][name].update(keywords)


def without(name: str, keyword: str) -> Edit:
    return lambda document: document["properties"][name].pop(keyword)


TEXT = {"description": "Text.", "type": "string", "maxLength": 9, "examples": ["x"]}
LIST = {"description": "List.", "type": "array", "items": TEXT, "maxItems": 3, "examples": [["x"]]}
MISTAKES: dict[str, list[Edit]] = {
    "schema-invalid": [within("campaign", maxLength="long")],
    "reference-dangling": [
        within("game_id", **{"$ref": "../common/1-0-0.json#/$defs/nothing"}),
        within("game_id", **{"$ref": "../nowhere/1-0-0.json#/$defs/game_id"}),
        within("game_id", **{"$ref": "../common/1-0-0.json#game_id"}),
    ],
    "keyword-unknown": [within("campaign", maxLenght=3), lambda document: document.update(requried=[])],
    "anchor-used": [
        within("campaign", **{"$anchor": "campaign"}),
        within("campaign", **{"$dynamicAnchor": "campaign"}),
        within("campaign", **{"$dynamicRef": "#campaign"}),
        within("campaign", **{"$id": "https://example.com/campaign"}),
        lambda document: document.update(definitions={"text": {**TEXT, "$anchor": "text"}}),
        lambda document: document.update(unevaluatedProperties={**TEXT, "$anchor": "text"}),
    ],
    "root-not-closed": [lambda document: document.pop("additionalProperties")],
    "object-not-bounded": [field("extra", {"description": "Open.", "type": "object", "examples": [{}]})],
    "title-wrong": [lambda document: document.update(title="Install")],
    "identity-wrong": [within("event_type", const="instal"), within("schema_version", const="1-0-9")],
    "envelope-missing": [lambda document: document["required"].remove("game_id")],
    "description-missing": [
        without("campaign", "description"),
        lambda document: document.pop("description"),
        field("flag", True),
        field("flag", False),
        lambda document: document.update({"$defs": {"flag": True}}),
        field("extra", {**TEXT, "type": "object", "properties": {"flag": True}, "additionalProperties": False}),
    ],
    "example-missing": [without("campaign", "examples")],
    "example-invalid": [within("campaign", examples=[""]), lambda document: document["examples"][0].pop("game_id")],
    "string-unbounded": [without("campaign", "maxLength")],
    "array-unbounded": [field("tags", {key: value for key, value in LIST.items() if key != "maxItems"})],
    "number-unranged": [field("n", {"description": "N.", "type": "integer", "minimum": 0, "examples": [1]})],
    "bounds-crossed": [within("campaign", minLength=200)],
    "format-unknown": [within("campaign", format="uri")],
    "pattern-not-anchored": [within("campaign", pattern="[a-z]")],
    "pattern-not-portable": [within("campaign", pattern=r"^\w+$")],
    "enum-repeated": [within("install_source", enum=["paid", "paid"])],
    "required-undefined": [lambda document: document["required"].append("nobody")],
    "name-not-snake-case": [field("clickId", TEXT)],
}


def test_every_rule_has_a_mistake() -> None:
    assert set(MISTAKES) == set(LINT_RULES)


@pytest.mark.parametrize(("rule", "mistake"), [(rule, one) for rule, many in MISTAKES.items() for one in many])
def test_a_mistake_is_found_by_its_rule(tmp_path: Path, rule: str, mistake: Edit) -> None:
    schemas = edit(copy_checkout(tmp_path), "install/2-0-0", mistake)
    found = lint(schemas)
    assert rule in {finding.rule for finding in found}
    assert {finding.where for finding in found} == {"install/2-0-0"}


def test_a_file_that_is_no_json_is_a_finding(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path)
    (checkout / "schemas" / "install" / "2-0-0.json").write_text("{")
    assert [finding.rule for finding in lint(SchemaRepository(checkout / "schemas"))] == ["schema-invalid"]


def test_a_shared_definition_that_leads_nowhere_is_a_finding(tmp_path: Path) -> None:
    schemas = edit(
        copy_checkout(tmp_path), "common/1-0-0", lambda document: document["$defs"].update(x={"$ref": "#/y"})
    )
    assert ("common/1-0-0", "reference-dangling") in {(finding.where, finding.rule) for finding in lint(schemas)}
