"""`schemas new`: what it writes passes the lint, whatever fields were asked for; what it cannot use, it says."""

import json
import shutil
from pathlib import Path

import pytest
from game_events_contract.bundle import bundle
from game_events_contract.lint import lint_file
from game_events_contract.repository import ROOT, SchemaRepository
from game_events_contract.scaffold import Field, new_event
from jsonschema_rs import Draft202012Validator


@pytest.fixture
def schemas(tmp_path: Path) -> SchemaRepository:
    shutil.copytree(ROOT / "schemas" / "common", tmp_path / "schemas" / "common")
    return SchemaRepository(tmp_path / "schemas")


ASKED = [
    *("level:integer", "score?:number", "won:boolean", "mode:solo|duo|squad", "nick?:text", "at:time", "paid:money"),
    *(
        "paid_in:currency",
        "tags:text[]",
        "rounds?:integer[]",
        "modes:solo|duo[]",
        "seen:time[]",
        "text:text:What it says.",
    ),
]


def test_every_type_of_field_passes_the_lint_and_its_example_is_valid(schemas: SchemaRepository) -> None:
    document = new_event(schemas, "level_complete", "A level was completed.", [Field.parse(text) for text in ASKED])
    path = schemas.folder / "level_complete" / "1-0-0.json"
    path.parent.mkdir()
    path.write_text(json.dumps(document))
    (file,) = SchemaRepository(schemas.folder).events["level_complete"]
    assert list(map(str, lint_file(file))) == []
    assert Draft202012Validator(bundle(file), validate_formats=True).is_valid(document["examples"][0])
    assert document["properties"]["text"]["description"] == "What it says."
    assert "score" not in document["required"]
    assert "level" in document["required"]


@pytest.mark.parametrize("text", ["", "a", "a:", ":text", "a:nothing", "a:text[][]", "a:b|", "a ? b", "a:text:"])
def test_what_is_no_field_is_told_the_grammar(text: str) -> None:
    with pytest.raises(ValueError, match="write NAME:TYPE, as in amount:integer"):
        Field.parse(text)


@pytest.mark.parametrize(
    ("event_type", "fields", "said"),
    [
        ("common", [], "is there already"),
        ("../level", [], "write it like level_complete"),
        ("level_up", ["user_id:text"], "has user_id already"),
        ("level_up", ["a:text", "a:integer"], "has a already"),
    ],
)
def test_what_cannot_be_is_said(schemas: SchemaRepository, event_type: str, fields: list[str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        new_event(schemas, event_type, "Something happened.", [Field.parse(text) for text in fields])


def test_without_an_envelope_it_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "schemas").mkdir()
    with pytest.raises(ValueError, match="has no document that defines"):
        new_event(SchemaRepository(tmp_path / "schemas"), "level_up", "Up.", [])
