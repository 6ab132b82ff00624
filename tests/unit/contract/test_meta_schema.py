"""`schemas/meta.json` lets in what the lint lets in, and marks what an editor can know to be wrong."""

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from contract.corpus import WORKING, write
from contract.corpus.random_events import drawn
from game_events_contract.bundle import bundle
from game_events_contract.dialect import DIALECT
from game_events_contract.keywords import Holds, Keyword, is_followed
from game_events_contract.lint import LintRule, lint_file
from game_events_contract.meta_schema import FILE, VALUES, meta_schema
from game_events_contract.repository import ROOT, SchemaRepository
from unit.contract.lint.test_files import MISTAKES

META = jsonschema_rs.Draft202012Validator(meta_schema())
SAYS = {
    LintRule.KEYWORD_UNKNOWN,
    LintRule.MESSAGE_INVALID,
    LintRule.ROOT_NOT_CLOSED,
    LintRule.OBJECT_NOT_BOUNDED,
    LintRule.TITLE_WRONG,
    LintRule.ENVELOPE_MISSING,
    LintRule.EXAMPLE_MISSING,
    LintRule.STRING_UNBOUNDED,
    LintRule.ARRAY_UNBOUNDED,
    LintRule.NUMBER_UNRANGED,
    LintRule.MULTIPLE_OF_FRACTION,
    LintRule.FORMAT_UNKNOWN,
    LintRule.PATTERN_NOT_ANCHORED,
    LintRule.NAME_NOT_SNAKE_CASE,
    LintRule.DESCRIPTION_MISSING,
    LintRule.ANCHOR_USED,
    LintRule.ENUM_REPEATED,
}
"""The rules that a JSON Schema can say without a look beyond the file."""


def test_it_is_a_schema_and_stands_beside_the_schemas() -> None:
    assert jsonschema_rs.Draft202012Validator({"$ref": DIALECT}).is_valid(meta_schema())
    assert json.loads((ROOT / FILE).read_text()) == meta_schema()


def test_every_keyword_of_the_table_that_holds_no_schema_has_a_value() -> None:
    holding = {Holds.SCHEMA, Holds.SCHEMAS, Holds.NAMED_SCHEMAS}
    followed = {keyword for keyword in Keyword if is_followed(keyword, at_root=True)}
    assert {*VALUES} == {keyword for keyword in followed if keyword.holds not in holding}


def test_what_the_lint_lets_in_passes(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "schemas" / "common", tmp_path / "schemas" / "common")
    write([*WORKING, *drawn(range(60))], tmp_path)
    files = [*SchemaRepository().files, *SchemaRepository(tmp_path / "schemas").files]
    wrong = {file.label: [str(one)[:300] for one in META.iter_errors(file.document)] for file in files}
    assert {file.label: errors for file in files if (errors := wrong[file.label]) and not lint_file(file)} == {}


def test_a_file_may_name_it_and_is_served_under_the_dialect_it_is_part_of(tmp_path: Path) -> None:
    path = tmp_path / "level_up" / "1-0-0.json"
    path.parent.mkdir()
    document = {**SchemaRepository().events["install"][0].document, "$schema": "../meta.json"}
    document["properties"] = {"level": {"type": "integer"}}
    path.write_text(json.dumps(document))
    (file,) = SchemaRepository(tmp_path).files
    assert bundle(file)["$schema"] == DIALECT
    assert (ROOT / "schemas" / "install" / "../meta.json").resolve() == ROOT / FILE


@pytest.mark.parametrize("keyword", [one for one in Keyword if is_followed(one, at_root=False)])
def test_a_misspelt_keyword_is_marked_wherever_it_stands(keyword: Keyword) -> None:
    document = SchemaRepository().events["install"][0].document
    field: dict[str, Any] = {"description": "F.", "type": "boolean", "examples": [True]}
    name = keyword[:-1] if not keyword.startswith("x-") else keyword[1:]
    for holder in (
        {"properties": {**document["properties"], "extra": {**field, name: 1}}},
        {"properties": {**document["properties"], "extra": {**field, "anyOf": [{name: 1}]}}},
        {"allOf": [{"if": {"properties": {"extra": {name: 1}}}}]},
        {"$defs": {"extra": {**field, name: 1}}},
        {name: 1},
    ):
        assert META.is_valid({**document, **copy.deepcopy(holder)}) is False


@pytest.mark.parametrize(("rule", "mistake"), [(rule, one) for rule in sorted(SAYS) for one in MISTAKES[rule]])
def test_mistakes_that_the_file_alone_shows_are_marked(rule: LintRule, mistake: Any) -> None:
    document = copy.deepcopy(
        next(f for f in SchemaRepository().events["install"] if str(f.version) == "2-0-0").document
    )
    assert META.is_valid(document)
    mistake(document)
    assert not META.is_valid(document)
