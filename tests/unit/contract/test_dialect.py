"""What is no schema of JSON Schema 2020-12 is said to be none, with the place and the reason, before it is compared."""

import json
from pathlib import Path
from typing import Any

import pytest
from game_events_cli import schemas as command
from game_events_contract.compatibility import compare
from game_events_contract.dialect import MOST_LEVELS, misreadings
from typer.testing import CliRunner

Schema = dict[str, Any]


def field(**keywords: Any) -> Schema:
    return {"type": "object", "properties": {"a": keywords}, "additionalProperties": False}


def nested(levels: int) -> Schema:
    schema: Schema = {"type": "string"}
    for _ in range(levels):
        schema = {"properties": {"a": schema}}
    return schema


def entangled(levels: int) -> Schema:
    """Few lines that come to 2 ** levels places."""
    definitions: Schema = {f"d{n}": {"prefixItems": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(levels)}
    return {"$ref": "#/$defs/d0", "$defs": {**definitions, f"d{levels}": {"type": "string"}}}


NO_SCHEMAS: list[tuple[str, Schema, str, str]] = [
    ("zero step", field(multipleOf=0), "/properties/a/multipleOf", "above 0"),
    ("negative step", field(multipleOf=-2), "/properties/a/multipleOf", "above 0"),
    ("items as a list", field(items=[{"type": "string"}]), "/properties/a/items", "prefixItems"),
    ("exclusive as a flag", field(minimum=1, exclusiveMinimum=True), "/properties/a/exclusiveMinimum", "a number"),
    ("required as a flag", field(required=True), "/properties/a/required", "a list of names"),
    ("limit as text", field(maxLength="3"), "/properties/a/maxLength", "integer"),
    ("type as a number", field(type=3), "/properties/a/type", "one of null"),
    ("misspelt type", field(type="strin"), "/properties/a/type", "one of null"),
    ("list as text", field(enum="abc"), "/properties/a/enum", "array"),
    ("no number", field(minimum=float("nan")), "/properties/a/minimum", "no JSON number"),
    ("endless number", field(maximum=float("inf")), "/properties/a/maximum", "no JSON number"),
    ("broken pattern", field(pattern="("), "/properties/a/pattern", "regular expression"),
    ("broken name pattern", field(patternProperties={"(": {}}), "/properties/a/patternProperties/(", "regular"),
    ("reference to nothing", field(**{"$ref": "#/$defs/x"}), "/properties/a/$ref", "leads nowhere"),
    ("reference to a name", field(**{"$ref": "#/type"}), "/properties/a/$ref", "no schema"),
    ("reference to an anchor", field(**{"$ref": "#x"}), "/properties/a/$ref", "anchor"),
    ("reference to itself", field(**{"$ref": "#/properties/a"}), "/properties/a/$ref", "back to itself"),
    ("whole within itself", {"allOf": [{"$ref": "#"}]}, "/allOf/0/$ref", "back to itself"),
    (
        "circle of two",
        {"if": {"$ref": "#/$defs/d"}, "$defs": {"d": {"anyOf": [{"$ref": "#/$defs/e"}]}, "e": {"not": {"$ref": "#"}}}},
        "/if/$ref",
        "back to itself",
    ),
    ("nested without an end", nested(200), "the root", "nested deeper"),
]


@pytest.mark.parametrize("case", NO_SCHEMAS, ids=[case[0] for case in NO_SCHEMAS])
def test_what_is_no_schema_is_said_to_be_none(case: tuple[str, Schema, str, str]) -> None:
    _, schema, place, reason = case
    assert any(str(found).startswith(place) and reason in found.message for found in misreadings(schema))
    for old, new in ((schema, {"type": "string"}), ({"type": "string"}, schema)):
        with pytest.raises(ValueError, match=r"the (older|newer) schema, "):
            compare(old, new)


@pytest.mark.parametrize("schema", [case[1] for case in NO_SCHEMAS], ids=[case[0] for case in NO_SCHEMAS])
def test_diff_says_which_file_cannot_be_compared_and_ends_with_2(tmp_path: Path, schema: Schema) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text('{"type": "string"}')
    new.write_text(json.dumps(schema))
    answer = CliRunner().invoke(command.app, ["diff", str(old), str(new)])
    assert (answer.exit_code, str(new) in answer.output) == (2, True)
    assert isinstance(answer.exception, SystemExit)


@pytest.mark.parametrize("reference", ["https://example.com/x.json", "urn:example:x", "//example.com/x", "no.json"])
def test_diff_reads_no_reference_that_leads_out_of_the_files(tmp_path: Path, reference: str) -> None:
    path = tmp_path / "old.json"
    path.write_text(json.dumps(field(**{"$ref": reference})))
    answer = CliRunner().invoke(command.app, ["diff", str(path), str(path)])
    assert answer.exit_code == 2
    assert "leads out of the files" in answer.output or "no such file" in answer.output


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000])
def test_diff_says_what_is_no_json(tmp_path: Path, text: str) -> None:
    path = tmp_path / "old.json"
    path.write_text(text)
    answer = CliRunner().invoke(command.app, ["diff", str(path), str(path)])
    assert answer.exit_code == 2
    assert "is no JSON" in answer.output


@pytest.mark.parametrize(
    "schema",
    [
        field(**{"$ref": "#"}),
        {"items": {"$ref": "#"}},
        {"patternProperties": {"^a": {"$ref": "#"}, "^ab": {"$ref": "#"}}},
        {"$defs": {"d": {"prefixItems": [{"$ref": "#/$defs/d"}], "contains": {"$ref": "#"}}}, "$ref": "#/$defs/d"},
        {"properties": {"n": {"$ref": "#", "minProperties": 1}}, "unevaluatedProperties": {"$ref": "#"}},
        {"properties": {"n": {"allOf": [{"$ref": "#"}, {"not": {"items": {"$ref": "#"}}}]}}},
        nested(MOST_LEVELS - 1),
    ],
    ids=str,
)
def test_a_schema_may_contain_itself_further_down(schema: Schema) -> None:
    assert misreadings(schema) == []
    assert not compare(schema, json.loads(json.dumps(schema))).breaking
    assert compare(schema, {**schema, "title": "New"}).changes


def test_schemas_that_meet_in_too_many_ways_are_refused_soon() -> None:
    assert misreadings(entangled(40)) == []
    with pytest.raises(ValueError, match="more ways than can be compared"):
        compare(entangled(40), entangled(39))


@pytest.mark.parametrize(("name", "written"), [("a b", "a%20b"), ("a%b", "a%25b"), ("a/b", "a~1b"), ("ä", "%C3%A4")])
def test_references_may_be_percent_encoded(tmp_path: Path, name: str, written: str) -> None:
    def referring(limit: int) -> Schema:
        return field(**{"$ref": f"#/$defs/{written}"}) | {"$defs": {name: {"type": "string", "maxLength": limit}}}

    assert [change.rule.id for change in compare(referring(5), referring(3)).changes] == ["bound-tightened"]
    path = tmp_path / "same.json"
    path.write_text(json.dumps(referring(5)))
    assert CliRunner().invoke(command.app, ["diff", str(path), str(path)]).exit_code == 0


def test_a_dialect_that_is_not_named_is_the_one_it_is_read_by() -> None:
    named = {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "string"}
    assert compare({"type": "string"}, named).changes == ()
    assert compare(named, {"type": "string"}).changes == ()
    other = {"$schema": "http://json-schema.org/draft-07/schema", "type": "string"}
    assert compare(other, {**other, "$schema": other["$schema"] + "#"}).changes == ()
    assert compare(other, named).breaking


def test_diff_compares_two_openapi_documents(tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    called = {"get": {"operationId": "health", "responses": {"200": {"description": "Well."}}}}
    document: dict[str, Any] = {"openapi": "3.1.0", "paths": {"/health": called, "/ready": called}}
    old.write_text(json.dumps(document))
    new.write_text(json.dumps({**document, "paths": {"/health": called}}))
    answer = CliRunner().invoke(command.app, ["diff", str(old), str(new), "--json"])
    assert answer.exit_code == 1
    assert [change["rule"] for change in json.loads(answer.output)["changes"]] == ["http-operation-removed"]
    answer = CliRunner().invoke(command.app, ["diff", str(new), str(old)])
    assert (answer.exit_code, "http-operation-added /paths/~1ready/get" in answer.output) == (0, True)
    new.write_text(json.dumps({"openapi": "3.1.0"}))
    assert CliRunner().invoke(command.app, ["diff", str(old), str(new)]).exit_code == 1
    new.write_text(json.dumps({"openapi": "3.1.0", "paths": 1}))
    assert CliRunner().invoke(command.app, ["diff", str(old), str(new)]).exit_code == 2
