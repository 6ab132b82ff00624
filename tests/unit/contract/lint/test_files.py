"""Every lint rule finds the mistake it is named after, and nothing else is wrong with the schemas as they are."""

from pathlib import Path
from typing import Any

import pytest
from contract.checkout import Edit, copy_event, edit
from game_events_contract.columns import RESERVED_COLUMNS
from game_events_contract.lint import LintRule, lint
from game_events_contract.repository import SchemaRepository


def test_the_published_schemas_are_clean() -> None:
    assert lint(SchemaRepository()) == []


def field(name: str, value: Any) -> Edit:
    return lambda document: document["properties"].update({name: value})


def within(name: str, **keywords: Any) -> Edit:
    return lambda document: document["properties"][name].update(keywords)


def without(name: str, keyword: str) -> Edit:
    return lambda document: document["properties"][name].pop(keyword)


TEXT = {"description": "Text.", "type": "string", "maxLength": 9, "examples": ["x"]}
OBJECT = {"description": "Object.", "type": "object", "additionalProperties": False, "examples": [{}]}
LIST = {"description": "List.", "type": "array", "items": TEXT, "maxItems": 3, "examples": [["x"]]}
OF_FIELDS = (("x-pii", "email"), ("x-unit", "ms"), ("deprecated", True))
NEARLY = ("pi", "PII", "piii", "p-i-i", "units", "unti", "ower", "sinse", "mesage", "depricated", "deprecated")
MISTAKES: dict[LintRule, list[Edit]] = {
    LintRule.SCHEMA_INVALID: [
        within("campaign", maxLength="long"),
        lambda document: document.update({"$schema": "http://json-schema.org/draft-07/schema#", "items": [{}]}),
    ],
    LintRule.REFERENCE_DANGLING: [
        within("game_id", **{"$ref": "../common/1-0-0.json#/$defs/nothing"}),
        within("game_id", **{"$ref": "../nowhere/1-0-0.json#/$defs/game_id"}),
        within("game_id", **{"$ref": "../common/1-0-0.json#game_id"}),
        within("game_id", **{"$ref": "#/properties/game_id"}),
    ],
    LintRule.KEYWORD_UNKNOWN: [within("campaign", maxLenght=3), lambda document: document.update(requried=[])],
    LintRule.MESSAGE_INVALID: [within("campaign", **{"x-message": text}) for text in (3, "", "x" * 401)],
    LintRule.ANNOTATION_UNKNOWN: [within("campaign", **{f"x-{word}": "email"}) for word in NEARLY],
    LintRule.ANNOTATION_INVALID: [
        *(within("campaign", **{"x-pii": kind}) for kind in ("", "mail", "e-mail", "EMAIL", True, ["email"])),
        *(within("campaign", **{"x-unit": unit}) for unit in ("", " ms", "m\ns", "u" * 33, 1)),
        *(within("campaign", **{"x-owner": owner}) for owner in ("", "a\nb", "o" * 129, {"team": "a"})),
        *(
            within("campaign", **{"pattern": pattern, "x-decimal": said})
            for pattern, said in (
                ("^[0-9]{1,4}$", {"precision": 4}),
                ("^[1-9][0-9]{0,3}$", {"precision": 39, "scale": 0}),
                ("^[1-9][0-9]{0,3}$", {"precision": 4, "scale": 5}),
                ("^[1-9][0-9]{0,3}$", [4, 0]),
                ("^[1-9][0-9]{0,4}$", {"precision": 4, "scale": 0}),  # 44444 is not among them
                ("^[1-9](\\.[0-9]{1,3})?$", {"precision": 4, "scale": 2}),  # would be rounded
                ("^[0-9]{1,3}$", {"precision": 3, "scale": 0}),  # 007
                ("^[1-9]+e[0-9]$", {"precision": 9, "scale": 2}),
            )
        ),
        field(
            "n", {"description": "N.", "type": "boolean", "examples": [True], "x-decimal": {"precision": 4, "scale": 1}}
        ),
        *(within("campaign", **{"x-since": since}) for since in ("soon", "2026-02-30", "2-0-1", "2-0", 2026)),
    ],
    LintRule.ANNOTATION_MISPLACED: [
        *(lambda document, word=word, value=value: document.update({word: value}) for word, value in OF_FIELDS),
        *(
            field("extra", {**TEXT, keyword: {"maxLength": 3, word: value}})
            for keyword in ("if", "then", "not")
            for word, value in OF_FIELDS
        ),
        field("extra", {**LIST, "contains": {"x-pii": "email"}}),
        lambda document: document.update(allOf=[{"deprecated": True}]),
        within("game_id", deprecated=True),
    ],
    LintRule.ANCHOR_USED: [
        within("campaign", **{"$anchor": "campaign"}),
        within("campaign", **{"$dynamicAnchor": "campaign"}),
        within("campaign", **{"$dynamicRef": "#campaign"}),
        within("campaign", **{"$id": "https://example.com/campaign"}),
        lambda document: document.update(definitions={"text": {**TEXT, "$anchor": "text"}}),
        lambda document: document.update(unevaluatedProperties={**TEXT, "$anchor": "text"}),
    ],
    LintRule.ROOT_NOT_CLOSED: [lambda document: document.pop("additionalProperties")],
    LintRule.OBJECT_NOT_BOUNDED: [field("extra", {"description": "Open.", "type": "object", "examples": [{}]})],
    LintRule.TITLE_WRONG: [lambda document: document.update(title="Install")],
    LintRule.IDENTITY_WRONG: [within("event_type", const="instal"), within("schema_version", const="1-0-9")],
    LintRule.ENVELOPE_MISSING: [lambda document: document["required"].remove("game_id")],
    LintRule.DESCRIPTION_MISSING: [
        without("campaign", "description"),
        lambda document: document.pop("description"),
        field("flag", True),
        field("flag", False),
        lambda document: document.update({"$defs": {"flag": True}}),
        field("extra", {**TEXT, "type": "object", "properties": {"flag": True}, "additionalProperties": False}),
    ],
    LintRule.EXAMPLE_MISSING: [without("campaign", "examples")],
    LintRule.EXAMPLE_INVALID: [
        within("campaign", examples=[""]),
        lambda document: document["examples"][0].pop("game_id"),
    ],
    LintRule.STRING_UNBOUNDED: [without("campaign", "maxLength")],
    LintRule.ARRAY_UNBOUNDED: [field("tags", {key: value for key, value in LIST.items() if key != "maxItems"})],
    LintRule.NUMBER_UNRANGED: [
        field("n", {"description": "N.", "type": "integer", "minimum": 0, "examples": [1]}),
        field("n", {"description": "N.", "type": "number", "minimum": 0, "maximum": 2**64, "examples": [1]}),
    ],
    LintRule.MULTIPLE_OF_FRACTION: [
        field(
            "n",
            {"description": "N.", "type": "number", "minimum": 0, "maximum": 1, "multipleOf": 0.01, "examples": [0]},
        )
    ],
    LintRule.BOUNDS_CROSSED: [within("campaign", minLength=200)],
    LintRule.FORMAT_UNKNOWN: [within("campaign", format="hostname")],
    LintRule.PATTERN_NOT_ANCHORED: [within("campaign", pattern="[a-z]")],
    LintRule.PATTERN_NOT_PORTABLE: [
        *(within("campaign", pattern=pattern) for pattern in (r"^\w+$", "^(?i)a$", r"^\cA$", r"^\u{41}$", "^(?<n>a)$")),
        within("properties", patternProperties={r"^\d+$": {"type": "string", "maxLength": 3}}),
    ],
    LintRule.ENUM_REPEATED: [within("install_source", enum=["paid", "paid"])],
    LintRule.REQUIRED_UNDEFINED: [lambda document: document["required"].append("nobody")],
    LintRule.NAME_NOT_SNAKE_CASE: [field("clickId", TEXT)],
    LintRule.NAME_TOO_LONG: [field("n" * 128, TEXT), field("n" * 64, {**OBJECT, "properties": {"m" * 64: TEXT}})],
    LintRule.COLUMN_RESERVED: [field(name, TEXT) for name in RESERVED_COLUMNS],
}
OF_FOLDERS = {LintRule.NAME_RESERVED, LintRule.TITLE_TAKEN, LintRule.TABLE_RESERVED}
"""What no edit of a file brings about; tests/contract/test_corpus_lint.py has events of such names."""


def test_every_rule_has_a_mistake() -> None:
    assert set(MISTAKES) | OF_FOLDERS == set(LintRule)


@pytest.mark.parametrize(("rule", "mistake"), [(rule, one) for rule, many in MISTAKES.items() for one in many])
def test_a_mistake_is_found_by_its_rule(tmp_path: Path, rule: LintRule, mistake: Edit) -> None:
    schemas = edit(copy_event(tmp_path, version="2-0-0"), "install/2-0-0", mistake)
    found = lint(schemas)
    assert rule in {finding.rule for finding in found}
    assert {finding.where for finding in found} == {"install/2-0-0"}


def misspelt(keyword: str, *path: str) -> Edit:
    """The keyword loses its last letter, at the root or where the path leads."""

    def change(document: dict[str, Any]) -> None:
        for name in path:
            document = document[name]
        document[keyword[:-1]] = document.pop(keyword)

    return change


@pytest.mark.parametrize(
    ("mistake", "rule"),
    [
        *((misspelt(keyword), LintRule.KEYWORD_UNKNOWN) for keyword in ("properties", "required", "title", "examples")),
        *((misspelt(keyword), LintRule.KEYWORD_UNKNOWN) for keyword in ("additionalProperties", "description")),
        *(
            (misspelt(keyword, "properties", "campaign"), LintRule.KEYWORD_UNKNOWN)
            for keyword in ("maxLength", "description", "examples", "type")
        ),
        (lambda document: document["properties"].pop("user_id"), LintRule.ENVELOPE_MISSING),
        (within("event_type", const="instal"), LintRule.IDENTITY_WRONG),
        (lambda document: document.update(properties={}, required=[]), LintRule.ENVELOPE_MISSING),
    ],
)
def test_one_mistake_is_told_once_and_not_what_follows_from_it(tmp_path: Path, mistake: Edit, rule: LintRule) -> None:
    found = lint(edit(copy_event(tmp_path, version="2-0-0"), "install/2-0-0", mistake))
    assert {finding.rule for finding in found} - {LintRule.REQUIRED_UNDEFINED} == {rule}
    assert len(found) <= 2


def test_a_mistake_elsewhere_is_told_beside_another_one(tmp_path: Path) -> None:
    def both(document: dict[str, Any]) -> None:
        misspelt("required")(document)
        del document["properties"]["campaign"]["maxLength"]

    found = lint(edit(copy_event(tmp_path, version="2-0-0"), "install/2-0-0", both))
    assert [finding.rule for finding in found] == [LintRule.KEYWORD_UNKNOWN, LintRule.STRING_UNBOUNDED]


@pytest.mark.parametrize(
    "said",
    [
        {"x-pii": "email", "x-unit": "ms", "x-owner": "growth@studio.example", "x-since": "2026-05-01"},
        {"x-since": "1-0-2", "deprecated": True, "x-message": "Small letters only."},
        {"x-studio-ticket": 12, "x-unity-type": "int", "x-a": None, "x-datahub": {"pii": 1}, "x-message-id": 4},
    ],
)
def test_words_that_are_right_or_anybodys_own_pass(tmp_path: Path, said: dict[str, Any]) -> None:
    assert lint(edit(copy_event(tmp_path, version="2-0-0"), "install/2-0-0", within("campaign", **said))) == []


def test_a_file_that_is_no_json_is_a_finding(tmp_path: Path) -> None:
    checkout = copy_event(tmp_path, version="2-0-0")
    (checkout / "schemas" / "install" / "2-0-0.json").write_text("{")
    assert [finding.rule for finding in lint(SchemaRepository(checkout / "schemas"))] == [LintRule.SCHEMA_INVALID]


def test_a_shared_definition_that_leads_nowhere_is_a_finding(tmp_path: Path) -> None:
    schemas = edit(
        copy_event(tmp_path, version="2-0-0"),
        "common/1-0-0",
        lambda document: document["$defs"].update(x={"$ref": "#/y"}),
    )
    assert ("common/1-0-0", LintRule.REFERENCE_DANGLING) in {(finding.where, finding.rule) for finding in lint(schemas)}


@pytest.mark.parametrize(
    ("event_type", "expected"),
    [
        ("events", {LintRule.TABLE_RESERVED}),
        ("purchases", {LintRule.TABLE_RESERVED}),
        ("level_of_" + "x" * 56, {LintRule.NAME_TOO_LONG}),
        ("level_of_" + "x" * 55, set()),
        ("event", set()),
        ("order", set()),
    ],
)
def test_an_event_whose_tables_are_taken_is_refused_by_name(
    tmp_path: Path, event_type: str, expected: set[LintRule]
) -> None:
    assert {finding.rule for finding in lint(renamed(tmp_path, event_type))} == expected


@pytest.mark.parametrize("name", ["amount", "amount_base", "base_currency", "rate", "rate_status"])
def test_a_purchase_has_no_field_that_its_fact_computes(tmp_path: Path, name: str) -> None:
    schemas = edit(copy_event(tmp_path, "purchase", "1-1-0"), "purchase/1-1-0", field(name, TEXT))
    assert {finding.rule for finding in lint(schemas)} == {LintRule.COLUMN_RESERVED}


def renamed(folder: Path, event_type: str) -> SchemaRepository:
    """The event install under another name."""
    copy_event(folder, version="2-0-0")
    path = folder / "schemas" / "install" / "2-0-0.json"
    title = "".join(part.capitalize() for part in event_type.split("_")) + "Event"
    text = path.read_text().replace("InstallEvent", title).replace(': "install"', f': "{event_type}"')
    (folder / "schemas" / event_type).mkdir()
    (folder / "schemas" / event_type / "2-0-0.json").write_text(text)
    path.unlink()
    return SchemaRepository(folder / "schemas")


@pytest.mark.parametrize("format_", ["date", "uuid", "uri", "ipv4", "ipv6", "date-time"])
def test_formats_that_all_judges_assert_are_taken(tmp_path: Path, format_: str) -> None:
    shown = {"date": "2026-11-21", "uuid": "019ab1c2-8f00-7abc-8def-0123456789ab", "uri": "https://example.com/a"}
    example = {**shown, "ipv4": "192.0.2.1", "ipv6": "2001:db8::1", "date-time": "2026-11-21T09:30:00Z"}[format_]
    schema = {"description": "Text.", "type": "string", "format": format_, "examples": [example]}
    limit = {"maxLength": 200} if format_ in ("uri", "date-time") else {}
    schemas = edit(copy_event(tmp_path, version="2-0-0"), "install/2-0-0", field("extra", {**schema, **limit}))
    assert lint(schemas) == []
    wrong = edit(tmp_path, "install/2-0-0", field("extra", {**schema, **limit, "examples": ["no such thing"]}))
    assert {finding.rule for finding in lint(wrong)} == {LintRule.EXAMPLE_INVALID}
