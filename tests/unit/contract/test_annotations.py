"""What a schema says of its fields is found wherever an event has them, and reaches everybody who reads of them."""

import ast
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from contract.corpus import write
from contract.corpus.annotations import ANNOTATIONS
from game_events_contract.annotations import PII, event_annotations
from game_events_contract.catalog_pages import catalog
from game_events_contract.dbt_models import EVENTS, dbt_models
from game_events_contract.models import event_models
from game_events_contract.package import documents
from game_events_contract.repository import ROOT, SchemaRepository
from game_events_contract.sdk import sdk_module

NAME = "annotated_fields"


@pytest.fixture(scope="module")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> SchemaRepository:
    """The case in two versions: the second deprecates `took`, and has `guild` no more."""
    root = tmp_path_factory.mktemp("annotated")
    shutil.copytree(ROOT / "schemas" / "common", root / "schemas" / "common")
    write(ANNOTATIONS, root)
    document = json.loads((root / "schemas" / NAME / "1-0-0.json").read_text())
    document["properties"]["took"]["deprecated"] = True
    document["properties"]["schema_version"]["const"] = "1-0-1"
    for example in document["examples"]:
        example["schema_version"] = "1-0-1"
    (root / "schemas" / NAME / "1-0-1.json").write_text(json.dumps(document))
    return SchemaRepository(root / "schemas")


def test_pointers_lead_into_an_event_and_deprecation_has_its_version(schemas: SchemaRepository) -> None:
    (_, first), (_, second) = event_annotations(schemas.events[NAME])
    assert first == {
        "": {"x-owner": "economy"},
        "/nick": {"x-pii": "name", "x-owner": 'the "social" team\\s', "x-since": "2026-05-01"},
        "/took": {"x-unit": "ms", "x-since": "1-0-0"},
        "/old_mode": {"deprecated": "1-0-0"},
        "/guild": {"x-owner": "guilds"},
        "/guild/chat": {"x-pii": "free_text"},
        "/invited/*/mail": {"x-pii": "email"},
        "/invited/*/told": {"deprecated": "1-0-0"},
        "/scores/*": {"x-unit": "points"},
        "/contact": {"x-pii": "email"},
        "/friend": {"x-pii": "player_id"},
        "/either": {"x-pii": "phone"},
    }
    assert second["/took"] == {"x-unit": "ms", "x-since": "1-0-0", "deprecated": "1-0-1"}
    assert second["/old_mode"] == {"deprecated": "1-0-0"}


def test_the_contract_carries_them_as_data(schemas: SchemaRepository) -> None:
    said = json.loads(documents(schemas, {})["documents/annotations.json"])
    assert said == {file.label: words for file, words in event_annotations(schemas.events[NAME])}


def test_the_catalog_shows_badges_and_since_when(schemas: SchemaRepository) -> None:
    page = catalog(schemas)[f"{NAME}/1-0-1.md"]
    assert "- Owner: economy." in page
    assert "**Personal data: name.** Owner: the" in page
    assert "**Deprecated since 1-0-1.**" in page
    assert "**Deprecated since 1-0-0.**" in page
    assert page.count("**Personal data: free_text.**") == 1  # of a field's field


def test_models_have_them_in_docstrings_and_in_their_json_schema(schemas: SchemaRepository) -> None:
    source = event_models(schemas)[f"{NAME}/v1_0_1.py"]
    assert "Unit: ms. Filled in since 1-0-0. Deprecated." in source
    for said in ("x-pii: name", "x-unit: ms", "x-since: 2026-05-01", "x-pii: free_text"):
        assert '"{}": "{}"'.format(*said.split(": ")) in source
    assert "deprecated=True" in source


def test_the_sdk_says_them_in_its_help(schemas: SchemaRepository) -> None:
    tree = ast.parse(sdk_module(schemas, event_models(schemas)))
    (methods,) = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "EventMethods")
    sends = [node for node in methods.body if isinstance(node, ast.FunctionDef) and node.name == f"send_{NAME}_event"]
    help_text = ast.get_docstring(sends[-1]) or ""
    assert 'nick: The nick. Personal data: name. Owner: the "social" team\\s. Filled in since 2026-05-01.' in help_text
    assert "took: The took. Unit: ms. Filled in since 1-0-0. Deprecated since 1-0-1." in help_text
    assert "invited/*/mail: Personal data: email." in help_text


def test_the_warehouse_describes_columns_and_marks_them_for_tools(schemas: SchemaRepository, tmp_path: Path) -> None:
    text = dbt_models(schemas, tmp_path)[f"{EVENTS}/{NAME}/{NAME}.yml"]
    described = {model["name"]: model for model in yaml.safe_load(text)["models"]}
    columns: dict[str, Any] = {column["name"]: column for column in described[f"fct_{NAME}"]["columns"]}
    assert columns["took"]["description"] == "The took. Unit: ms. Filled in since 1-0-0. Deprecated since 1-0-1."
    assert columns["took"]["config"] == {"meta": {"unit": "ms", "since": "1-0-0", "deprecated": "1-0-1"}}
    # a field's field has what is said of its object too, and a column of JSON what is within
    assert columns["guild_chat"]["config"] == {"meta": {"owner": "guilds", "pii": "free_text"}}
    assert columns["invited"]["config"] == {"meta": {"pii": "email"}}
    assert "config" not in columns["game_id"]


def test_every_kind_of_personal_data_is_in_the_docs() -> None:
    page = (ROOT / "docs" / "schemas.md").read_text(encoding="utf-8")
    assert [kind for kind, meaning in PII.items() if f"| `{kind}` | {meaning} |" not in page] == []
