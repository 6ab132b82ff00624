"""The dbt models of each event type follow from its schemas; a fact that a person wrote is left to them."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from contract.checkout import copy_event, edit
from documents import run_here
from game_events_contract.columns import RESERVED_TABLES
from game_events_contract.dbt_models import EVENTS, LIST, dbt_models
from game_events_contract.models import CodegenError
from game_events_contract.repository import ROOT, SchemaRepository

PROJECT = ROOT / "warehouse/game_events_warehouse/dbt_project"
LEVEL = {"description": "Level.", "type": "integer", "minimum": 0, "maximum": 9, "examples": [1]}


def an_event(folder: Path, event_type: str, **properties: Any) -> SchemaRepository:
    """The published events and one more."""
    for path in (ROOT / "schemas").glob("*/*.json"):
        target = folder / path.relative_to(ROOT / "schemas")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(path.read_text())
    document = copy.deepcopy(SchemaRepository().events["refund"][-1].document)
    document["properties"] = {name: document["properties"][name] for name in ("event_id", "game_id")} | properties
    path = folder / event_type / "1-0-0.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(document))
    return SchemaRepository(folder)


def test_an_event_has_a_staging_model_a_fact_and_their_description(tmp_path: Path) -> None:
    files = dbt_models(an_event(tmp_path / "schemas", "level_up", level=LEVEL), PROJECT)
    folder = f"{EVENTS}/level_up"
    assert {name for name in files if name.startswith(f"{folder}/")} == {
        f"{folder}/stg_level_up.sql",
        f"{folder}/fct_level_up.sql",
        f"{folder}/level_up.yml",
    }
    assert '{"column": "level", "path": ["level"], "type": "bigint"}' in files[f"{folder}/stg_level_up.sql"]
    assert "facts_as_sent('level_up')" in files[f"{folder}/fct_level_up.sql"]
    described = {model["name"]: model for model in yaml.safe_load(files[f"{folder}/level_up.yml"])["models"]}
    assert {"name": "level", "quote": True, "data_type": "bigint", "description": "Level."} in described[
        "fct_level_up"
    ]["columns"]


@pytest.mark.parametrize(
    "properties",
    [
        {"price": {**LEVEL, "type": "number"}},
        {"amount": LEVEL},
        {"device_os": LEVEL},
        {"quantity": {**LEVEL, "type": "string", "maxLength": 9}},
    ],
)
def test_a_new_event_changes_no_file_of_another(tmp_path: Path, properties: dict[str, Any]) -> None:
    before = dbt_models(SchemaRepository(), PROJECT)
    after = dbt_models(an_event(tmp_path / "schemas", "level_up", **properties), PROJECT)
    assert [name for name in before if name != LIST and before[name] != after[name]] == []
    lines = set(after[LIST].splitlines())
    assert [line for line in before[LIST].splitlines() if line not in lines] == []


def test_a_fact_that_a_person_wrote_replaces_the_generated_one(tmp_path: Path) -> None:
    schemas = an_event(tmp_path / "schemas", "level_up", level=LEVEL)
    models = tmp_path / "dbt" / "models"
    (models / "facts").mkdir(parents=True)
    assert f"{EVENTS}/level_up/fct_level_up.sql" in dbt_models(schemas, tmp_path / "dbt")
    (models / "facts" / "fct_level_up.sql").write_text("select 1")
    (models / "facts" / "own.yml").write_text(
        "models: [{name: my_refunds, config: {meta: {fact_of: refund}}}, {name: fct_level_up}]"
    )
    files = dbt_models(schemas, tmp_path / "dbt")
    generated = {name.split("/")[2] for name in files if "/fct_" in name}
    assert generated == schemas.events.keys() - {"refund", "level_up"}
    assert '"refund": {"fact": "my_refunds"' in files[LIST]
    assert '"level_up": {"fact": "fct_level_up"' in files[LIST]
    described = yaml.safe_load(files[f"{EVENTS}/level_up/level_up.yml"])["models"]
    assert [model["name"] for model in described] == ["stg_level_up"]  # two descriptions of one model are an error
    assert "level" in {column["name"] for column in described[0]["columns"]}


def test_what_is_generated_is_no_fact_that_a_person_wrote(tmp_path: Path) -> None:
    for name, text in dbt_models(SchemaRepository(), tmp_path).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert f"{EVENTS}/purchase/fct_purchases.sql" in dbt_models(SchemaRepository(), tmp_path)


def test_two_types_of_a_field_are_filled_by_their_own_models(tmp_path: Path) -> None:
    def as_number(document: dict[str, Any]) -> None:
        document["properties"]["quantity"]["type"] = "number"

    checkout = copy_event(tmp_path, "purchase")
    staging = dbt_models(edit(checkout, "purchase/1-1-0", as_number, to="2-0-0"), PROJECT)
    text = staging[f"{EVENTS}/purchase/stg_purchase.sql"]
    assert '{"column": "quantity", "path": ["quantity"], "type": "bigint", "models": [1]}' in text
    assert '{"column": "quantity__2_0_0", "path": ["quantity"], "type": "double", "models": [2]}' in text
    with pytest.raises(CodegenError, match="quantity has two types within one MODEL"):
        dbt_models(edit(checkout, "purchase/1-1-0", as_number, to="1-2-0"), PROJECT)


def test_a_description_is_no_template(tmp_path: Path) -> None:
    odd = {**LEVEL, "description": "Says {{ x }} and {% y %}."}
    text = dbt_models(an_event(tmp_path / "schemas", "level_up", level=odd), PROJECT)[f"{EVENTS}/level_up/level_up.yml"]
    assert "{{ x }}" not in text
    assert "{%" not in text


def test_tables_that_are_there_are_reserved() -> None:
    own = [path for path in PROJECT.rglob("models/**/*.sql") if EVENTS not in path.as_posix()]
    taken = {path.stem for path in own if path.stem.startswith(("stg_", "fct_"))}
    assert taken - RESERVED_TABLES.keys() == set()


def test_a_fact_that_is_named_as_documented_stands_for_the_generated_one(tmp_path: Path) -> None:
    (described,) = run_here(__file__, "docs/warehouse.md", "yaml")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "own.yml").write_text(described)
    written = dbt_models(SchemaRepository(), tmp_path)
    assert f"{EVENTS}/purchase/stg_purchase.sql" in written
    assert f"{EVENTS}/purchase/fct_purchase.sql" not in written
