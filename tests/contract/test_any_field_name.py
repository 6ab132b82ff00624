"""A field may have any name: one that is spelled like a keyword is linted, bundled and compared as any other."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from game_events_contract.bundle import bundle_document
from game_events_contract.compatibility import compare
from game_events_contract.compatibility.references import Effort, inline
from game_events_contract.keywords import Keyword
from game_events_contract.lint import LintRule, lint_file
from game_events_contract.repository import SchemaFile, SchemaVersion
from hypothesis import given, settings
from hypothesis import strategies as st

NAME = "zz_name"
"""Stands for the field's name in what is drawn."""
OTHER = "other"
TARGET = "#/target"
"""Stands for the one place that the document refers to."""
UNBOUNDED = {"type": "string"}


def named(template: Any, name: str) -> Any:
    """The template, or an answer about it, with the name in place of the placeholder."""
    return json.loads(json.dumps(template).replace(NAME, name))


def ordinary(keyword: str) -> str:
    """A name of the same style that is spelled like no keyword."""
    return "zz_ordinary" if keyword.isalpha() and keyword.islower() else "zzOrdinary"


def answers(ask: Callable[..., Any], keyword: Keyword, *templates: Any) -> tuple[Any, Any]:
    """What is said of a field named like the keyword, and what of another one, under the keyword's name."""
    own, other = (
        _answer(ask, [named(template, name) for template in templates]) for name in (keyword, ordinary(keyword))
    )
    return own, json.loads(json.dumps(other).replace(ordinary(keyword), keyword))


def _answer(ask: Callable[..., Any], documents: list[Any]) -> Any:
    try:
        return json.loads(json.dumps(ask(*documents)))
    except (ValueError, KeyError) as error:
        return f"{type(error).__name__}: {error}"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> SchemaFile:
    return SchemaFile("install", SchemaVersion(1, 0, 0), tmp_path_factory.mktemp("install") / "1-0-0.json")


def found_in(document: Any, file: SchemaFile) -> list[tuple[str, str, str]]:
    file.path.write_text(json.dumps(document))
    found = lint_file(SchemaFile(file.name, file.version, file.path))
    return sorted((finding.rule, finding.pointer, finding.message) for finding in found)


leaves: st.SearchStrategy[Any] = st.sampled_from(
    [
        True,
        UNBOUNDED,
        {"type": "string", "maxLength": 3, "description": "Text.", "examples": ["a"]},
        {"type": "integer", "minimum": 3, "maximum": 1},
        {"type": "array"},
        {"type": "object"},
        {"type": "object", "additionalProperties": False, "required": [NAME]},
        {"type": "object", "required": [NAME, OTHER], "dependentRequired": {NAME: [OTHER]}},
        {"const": {NAME: "a"}, "description": "A constant."},
        {"enum": [NAME, {NAME: {"type": "string"}}]},
        {"default": {NAME: 1}, "examples": [{NAME: "#/nowhere"}, NAME]},
        {"$ref": TARGET},
        {"$ref": TARGET, "description": "Another.", "maxLength": 3},
        {"pattern": "a", "format": "uri"},
    ]
)


def around(schemas: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Every place at which a subschema can stand."""
    many = st.lists(schemas, min_size=1, max_size=2)
    fields = st.dictionaries(st.sampled_from([NAME, OTHER]), schemas, min_size=1)
    return st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["object", "array", "string"]),
            "properties": fields,
            "dependentSchemas": fields,
            "patternProperties": st.fixed_dictionaries({"^[0-9]$": schemas}),
            "additionalProperties": schemas | st.just(False),
            "unevaluatedProperties": schemas,
            "propertyNames": schemas,
            "items": schemas,
            "prefixItems": many,
            "contains": schemas,
            "allOf": many,
            "anyOf": many,
            "oneOf": many,
            "not": schemas,
            "if": schemas,
            "then": schemas,
            "else": schemas,
        },
    )


subschemas = st.recursive(leaves, around, max_leaves=6)
plain = around(leaves.filter(lambda leaf: leaf is not True and "$ref" not in leaf))
keywords = st.sampled_from(list(Keyword))
documents = st.builds(
    lambda root, field, definition, target: json.loads(
        json.dumps(
            {
                **root,
                "properties": {**root.get("properties", {}), NAME: field, OTHER: {**UNBOUNDED, "description": "Text."}},
                "$defs": {NAME: definition},
            }
        ).replace(TARGET, target)
    ),
    around(subschemas),
    plain,
    plain,
    st.sampled_from([f"#/$defs/{NAME}", f"#/properties/{NAME}"]),
)


@settings(max_examples=40)
@given(template=documents, keyword=keywords)
def test_a_field_named_like_a_keyword_is_linted_as_any_other(file: SchemaFile, template: Any, keyword: Keyword) -> None:
    found, expected = answers(lambda document: found_in(document, file), keyword, template)
    assert sorted(found) == sorted(expected)


@settings(max_examples=30)
@given(template=documents, keyword=keywords)
def test_a_field_named_like_a_keyword_is_inlined_as_any_other(template: Any, keyword: Keyword) -> None:
    inlined, expected = answers(lambda document: inline(document, document, Effort(10_000)), keyword, template)
    assert inlined == expected


@settings(max_examples=30)
@given(template=documents, keyword=keywords)
def test_a_field_named_like_a_keyword_is_bundled_as_any_other(
    file: SchemaFile, template: Any, keyword: Keyword
) -> None:
    def bundled(document: Any) -> Any:
        file.path.write_text(json.dumps(document))
        (name,) = document["$defs"]
        return bundle_document({**document, "not": {"$ref": f"1-0-0.json#/$defs/{name}"}}, file.path)

    found, expected = answers(bundled, keyword, template)
    assert found == expected


@settings(max_examples=30)
@given(before=documents, after=documents, keyword=keywords)
def test_a_field_named_like_a_keyword_is_compared_as_any_other(before: Any, after: Any, keyword: Keyword) -> None:
    def changes(old: Any, new: Any) -> Any:
        return [(change.rule, change.pointer, change.detail) for change in compare(old, new).changes]

    found, expected = answers(changes, keyword, before, after)
    assert sorted(found) == sorted(expected)


HOLDERS: list[Callable[[Any], Any]] = [
    lambda fields: fields,
    lambda fields: {"properties": {"a": fields}},
    lambda fields: {"items": fields},
    lambda fields: {"additionalProperties": fields},
    lambda fields: {"anyOf": [fields]},
    lambda fields: {"$defs": {"a": fields}},
    lambda fields: {"$defs": fields["properties"]},
    lambda fields: {"patternProperties": fields["properties"]},
    lambda fields: {"dependentSchemas": fields["properties"]},
]


@pytest.mark.parametrize("keyword", Keyword)
def test_a_text_without_an_end_is_found_whatever_the_field_is_named(file: SchemaFile, keyword: Keyword) -> None:
    for holder in HOLDERS:
        found = found_in(holder({"properties": {str(keyword): {**UNBOUNDED, "description": "Text."}}}), file)
        unbounded = [at for rule, at, _ in found if rule is LintRule.STRING_UNBOUNDED]
        assert [at.rpartition("/")[2] for at in unbounded] == [keyword]


def test_names_are_escaped_in_pointers(file: SchemaFile) -> None:
    found = found_in({"properties": {"a/b~c": {**UNBOUNDED, "description": "Text."}}}, file)
    assert (LintRule.STRING_UNBOUNDED, "/properties/a~1b~0c") in {(rule, at) for rule, at, _ in found}


@pytest.mark.parametrize("keyword", ["examples", "default", "const"])
def test_data_that_looks_like_a_reference_is_data(file: SchemaFile, keyword: str) -> None:
    value = {"$ref": "nowhere.json"}
    document = {"properties": {"a": {keyword: [value] if keyword == "examples" else value}}}
    assert bundle_document(document, file.path) == document
    assert LintRule.REFERENCE_DANGLING not in {rule for rule, _, _ in found_in(document, file)}
