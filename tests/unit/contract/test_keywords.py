"""The table of keywords: complete by the meta-schema, and each keyword in it is compared by some rule."""

import json
from importlib import resources
from typing import Any

import jsonschema_rs
import pytest
from game_events_contract.annotations import WORDS
from game_events_contract.compatibility import compare
from game_events_contract.dialect import DIALECT
from game_events_contract.keywords import Applies, Holds, Keyword, is_followed, keyword_named

OURS = {
    Keyword.REASON,
    Keyword.SUPERSEDES,
    Keyword.MESSAGE,
    Keyword.DECIMAL,
    *(word for word in WORDS if word.startswith("x-")),
}
SILENT = {Keyword.VOCABULARY, Keyword.SUPERSEDES, Keyword.ID, Keyword.DEFS, Keyword.DEFINITIONS}
"""Nothing is judged by these themselves."""
FLAGS = (Keyword.DEPRECATED, Keyword.READ_ONLY, Keyword.WRITE_ONLY)
PAIRS: dict[Keyword, tuple[Any, Any]] = {
    Keyword.EXAMPLES: ([1], [2]),
    **dict.fromkeys(FLAGS, (False, True)),
    Keyword.TYPE: ("string", "integer"),
    Keyword.ENUM: ([1], [2]),
    Keyword.REF: ("#/$defs/a", "#/$defs/b"),
    Keyword.REQUIRED: (["a"], ["b"]),
    Keyword.UNIQUE_ITEMS: (False, True),
    Keyword.DEPENDENT_REQUIRED: ({"a": ["b"]}, {"a": ["c"]}),
}
DEFS = {"a": {"type": "string"}, "b": {"type": "integer"}}
_META = jsonschema_rs.Draft202012Validator({"$ref": DIALECT})


def metaschema_keywords() -> set[str]:
    folder = resources.files("jsonschema_specifications") / "schemas" / "draft202012"
    files = [folder / "metaschema.json", *(folder / "vocabularies").iterdir()]
    return {name for file in files for name in json.loads(file.read_text(encoding="utf-8")).get("properties", {})}


def test_every_keyword_of_the_meta_schema_is_in_the_table() -> None:
    assert metaschema_keywords() - {"dependencies"} <= {str(keyword) for keyword in Keyword}
    assert {str(keyword) for keyword in Keyword} - metaschema_keywords() == OURS


def test_a_keyword_says_how_it_applies_where_it_holds_schemas_and_only_there() -> None:
    holding = {Holds.SCHEMA, Holds.SCHEMAS, Holds.NAMED_SCHEMAS}
    assert [keyword for keyword in Keyword if (keyword.holds in holding) != (keyword.applies is not None)] == []


@pytest.mark.parametrize("keyword", [k for k in Keyword if k not in SILENT and k.holds is not Holds.ANCHOR])
def test_the_gate_reports_a_change_of_every_keyword_it_follows(keyword: Keyword) -> None:
    one: Any = {Holds.SCHEMA: DEFS["a"], Holds.SCHEMAS: [DEFS["a"]], Holds.NAMED_SCHEMAS: {"a": DEFS["a"]}}
    two: Any = {Holds.SCHEMA: DEFS["b"], Holds.SCHEMAS: [DEFS["b"]], Holds.NAMED_SCHEMAS: {"a": DEFS["b"]}}
    old, new = PAIRS.get(keyword, (one.get(keyword.holds, 1), two.get(keyword.holds, 2)))
    if not _META.is_valid({str(keyword): old}):
        old, new = "one", "two"
    beside: dict[str, Any] = {"if": {"required": ["a"]}} if keyword.applies is Applies.CONDITIONALLY else {}
    if keyword is Keyword.IF:
        beside = {"then": {"type": "string"}}
    elif keyword in (Keyword.MIN_CONTAINS, Keyword.MAX_CONTAINS):
        beside = {"contains": True}
    before, after = ({**beside, str(keyword): value} for value in (old, new))
    if keyword is not Keyword.SCHEMA:  # the root's own examples and reason differ in every version
        before, after = ({"$defs": DEFS, "properties": {"a": schema}} for schema in (before, after))
    assert compare(before, after).changes


def test_what_could_lead_elsewhere_unseen_is_not_followed() -> None:
    assert [is_followed(name, at_root=True) for name in ("$anchor", "$dynamicRef", "maxLenght")] == [False] * 3
    assert is_followed("$id", at_root=True)
    assert is_followed("x-unit", at_root=False)
    assert not is_followed("$id", at_root=False)
    assert keyword_named("maxLenght") is None


def test_a_changed_annotation_of_ones_own_is_documentation() -> None:
    before, after = ({"properties": {"a": {"type": "string", "x-unit": unit}}} for unit in ("s", "ms"))
    assert [(one.rule, one.pointer) for one in compare(before, after).changes] == [
        ("documentation-changed", "/properties/a/x-unit")
    ]
