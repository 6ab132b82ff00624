"""Which folder is a project, what its package is called, and what no project can be made of."""

from pathlib import Path

import pytest
from game_events_contract.columns import FACT_COLUMNS
from game_events_contract.dbt_models import WRITTEN_BY_US, dbt_models
from game_events_contract.project import PRODUCT, SETTING, NoProject, Project, find
from game_events_contract.repository import ROOT, SchemaRepository
from game_events_contract.starter import start

PINS = {"game-events-models": "0.1.0", "game-events-sdk": "0.1.0"}


def project(folder: Path, name: str = "my-studio-events") -> Path:
    (folder / "schemas").mkdir(parents=True)
    (folder / "generated").mkdir()
    (folder / "generated" / "pyproject.toml").write_text(f'[project]\nname = "{name}"\n')
    return folder


@pytest.fixture(autouse=True)
def no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SETTING, raising=False)


def test_a_studios_package_is_named_after_its_distribution(tmp_path: Path) -> None:
    found = Project.at(project(tmp_path))
    assert (found.package, found.models, found.sdk) == (
        "my_studio_events",
        "generated/my_studio_events",
        "generated/my_studio_events/sdk.py",
    )


def test_this_checkout_is_a_project() -> None:
    found = Project.at(ROOT)
    assert (found.is_product, found.package) == (True, PRODUCT)
    assert (ROOT / found.sdk).is_file()
    assert (ROOT / found.dbt).is_dir()
    assert {event_type for event_type in FACT_COLUMNS if event_type in WRITTEN_BY_US} == {*FACT_COLUMNS}


def test_a_project_is_found_from_within_it(tmp_path: Path) -> None:
    inside = project(tmp_path / "studio") / "docs" / "catalog"
    inside.mkdir(parents=True)
    assert find(inside) == (tmp_path / "studio").resolve()


def test_the_setting_names_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, str(project(tmp_path / "studio")))
    assert find(tmp_path) == tmp_path / "studio"
    monkeypatch.setenv(SETTING, str(tmp_path))
    with pytest.raises(NoProject, match=f"{SETTING} is .* no folder schemas"):
        find(tmp_path / "studio")


def test_where_there_is_none_it_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NoProject, match="game-events init NAME"):
        find(tmp_path)


@pytest.mark.parametrize("name", ["game-events-models", "1st-events", "a b"])
def test_no_package_of_the_product_or_of_no_name_is_a_studios(tmp_path: Path, name: str) -> None:
    with pytest.raises(NoProject, match="name it like my-studio-events"):
        Project.at(project(tmp_path, name))


@pytest.mark.parametrize("text", ["", "project = 1", "[project]", "["])
def test_a_project_without_a_name_is_told_where_it_belongs(tmp_path: Path, text: str) -> None:
    project(tmp_path)
    (tmp_path / "generated" / "pyproject.toml").write_text(text)
    with pytest.raises(NoProject, match=r"project\.name"):
        Project.at(tmp_path)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("My-Studio", "write small letters"),
        ("my_studio", "write small letters"),
        ("1st", "write small letters"),
        ("game", "installed here"),
        ("taken", "there already"),
    ],
)
def test_what_no_project_can_be_called_is_refused_before_anything_is_written(
    tmp_path: Path, name: str, said: str
) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").write_text("mine")
    with pytest.raises(NoProject, match=said):
        start(tmp_path / name, PINS)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "taken"]


def test_the_facts_that_the_product_brings_are_not_generated_again(tmp_path: Path) -> None:
    files = dbt_models(SchemaRepository(), tmp_path, WRITTEN_BY_US)
    assert not any(name.endswith("/fct_purchases.sql") for name in files)
    assert any(name.endswith("/fct_installs.sql") for name in files)
