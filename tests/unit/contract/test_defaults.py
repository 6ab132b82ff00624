"""What an event's name alone means in code moves only when somebody says so."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from contract.checkout import copy_event, edit
from game_events_contract.catalog_pages import catalog
from game_events_contract.defaults import told_defaults, with_defaults, without_default, write_lifecycle
from game_events_contract.gate import gate, lock
from game_events_contract.openapi import with_events
from game_events_contract.package import exported, front_door
from game_events_contract.repository import ROOT, SchemaRepository
from game_events_contract.sdk import event_classes

HELD_BACK = {"purchase": {"default": "1-1-0"}, "install": {"default": "1-0-2"}, "refund": {"default": "1-1-0"}}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Published are install/1-0-0 to 2-0-0, the default."""
    return copy_event(tmp_path)


def draft(checkout: Path, version: str, of: str = "2-0-0") -> SchemaRepository:
    def with_reason(document: dict[str, Any]) -> None:
        document["$reason"] = f"What {version} changes."

    return edit(checkout, f"install/{of}", with_reason, to=version)


def set_default(checkout: Path, entry: object) -> SchemaRepository:
    (checkout / "schemas" / "lifecycle.json").write_text(json.dumps({"install": entry}))
    return SchemaRepository(checkout / "schemas")


def defaults(schemas: SchemaRepository) -> dict[str, str]:
    return schemas.named_defaults


@pytest.mark.parametrize("version", ["2-1-0", "3-0-0"])
def test_a_revision_or_a_model_leaves_the_default_where_it_was(checkout: Path, version: str) -> None:
    schemas = draft(checkout, version)
    after = with_defaults(schemas)
    assert defaults(after) == {"install": "2-0-0"}
    (line,) = told_defaults(schemas, after, [f"install/{version}"])
    assert "stays 2-0-0" in line
    assert f"--make-default install/{version}" in line


def test_an_addition_to_the_default_is_the_default(checkout: Path) -> None:
    schemas = draft(checkout, "2-0-1")
    after = with_defaults(schemas)
    assert defaults(after) == {"install": "2-0-1"}
    assert list(told_defaults(schemas, after, ["install/2-0-1"])) == ["the default of install is 2-0-1; it was 2-0-0"]


@pytest.mark.parametrize(("held", "version", "of"), [("1-0-0", "2-0-1", "2-0-0"), ("1-0-0", "1-0-3", "1-0-2")])
def test_an_addition_moves_no_default_that_was_left_behind(checkout: Path, held: str, version: str, of: str) -> None:
    set_default(checkout, {"default": held})
    assert defaults(with_defaults(draft(checkout, version, of))) == {"install": held}


def test_an_addition_to_an_older_revision_moves_the_default_that_is_there(checkout: Path) -> None:
    set_default(checkout, {"default": "1-0-2"})
    assert defaults(with_defaults(draft(checkout, "1-0-3", "1-0-2"))) == {"install": "1-0-3"}


def test_whoever_asks_for_it_moves_the_default(checkout: Path) -> None:
    schemas = draft(checkout, "2-1-0")
    assert defaults(with_defaults(schemas, [])) == {"install": "2-1-0"}
    assert defaults(with_defaults(schemas, ["install/1-1-0"])) == {"install": "1-1-0"}
    lock(schemas)
    later = SchemaRepository(schemas.folder)
    assert defaults(with_defaults(later)) == {"install": "2-0-0"}
    assert defaults(with_defaults(later, [])) == {"install": "2-1-0"}
    with pytest.raises(ValueError, match="there is no version install/9-0-0"):
        with_defaults(later, ["install/9-0-0"])


def test_a_new_event_is_its_own_default(tmp_path: Path) -> None:
    schemas = SchemaRepository(copy_event(tmp_path) / "schemas")
    (schemas.folder / "lock.json").write_text("{}")
    assert defaults(with_defaults(schemas.with_lifecycle({}))) == {"install": "2-0-0"}


def test_the_register_keeps_what_else_it_holds(checkout: Path) -> None:
    dates = {"install/1-0-0": {"deprecated": "2026-11-01", "reason": "Old."}}
    path = checkout / "schemas" / "lifecycle.json"
    path.write_text(json.dumps(dates | {"install": {"default": "2-0-0"}}))
    write_lifecycle(with_defaults(draft(checkout, "2-0-1")))
    assert json.loads(path.read_text()) == dates | {"install": {"default": "2-0-1"}}


def test_a_version_taken_back_is_no_default(checkout: Path) -> None:
    schemas = SchemaRepository(checkout / "schemas")
    assert defaults(without_default(schemas, "install/2-0-0")) == {"install": "1-1-0"}
    assert without_default(schemas, "install/1-1-0") is schemas


def test_a_version_taken_back_leaves_no_later_one_the_default(checkout: Path) -> None:
    """A later MODEL would break everybody who names no version."""
    schemas = SchemaRepository(checkout / "schemas")
    behind = schemas.with_lifecycle({"install": {"default": "1-1-0"}})
    assert defaults(without_default(behind, "install/1-1-0")) == {"install": "1-0-2"}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"default": "9-0-0"}, {"default-unknown"}),
        ({"default": "2-0"}, {"default-unknown"}),
        ({"default": 2}, {"lifecycle-invalid"}),
        ({"defualt": "2-0-0"}, {"lifecycle-invalid"}),
        ({}, {"lifecycle-invalid"}),
        ("2-0-0", {"lifecycle-invalid"}),
        ({"default": "1-0-0"}, set()),
    ],
)
def test_the_gate_checks_a_default_that_was_written_by_hand(checkout: Path, entry: object, expected: set[str]) -> None:
    assert {finding.rule for finding in gate(set_default(checkout, entry))} == expected


def test_a_published_event_without_a_default_is_a_finding(checkout: Path) -> None:
    (checkout / "schemas" / "lifecycle.json").write_text("{}")
    schemas = SchemaRepository(checkout / "schemas")
    assert {finding.rule for finding in gate(schemas)} == {"default-missing"}
    assert defaults(with_defaults(schemas)) == {}
    assert {finding.rule for finding in gate(with_defaults(schemas, []))} == set()


def test_a_version_that_retires_is_no_default(checkout: Path) -> None:
    dates = {"deprecated": "2026-01-01", "sunset": "2027-01-01", "reason": "Old."}
    entries = {"install": {"default": "1-0-0"}, "install/1-0-0": dates}
    (checkout / "schemas" / "lifecycle.json").write_text(json.dumps(entries))
    (finding,) = gate(SchemaRepository(checkout / "schemas"))
    assert (finding.rule, finding.pointer) == ("default-retired", "/install/default")


def generated_models() -> dict[str, str]:
    package = ROOT / "generated" / "game_events_models"
    return {str(path.relative_to(package)): path.read_text() for path in package.rglob("*.py")}


def test_everything_generated_follows_the_default() -> None:
    schemas, models = SchemaRepository().with_lifecycle(HELD_BACK), generated_models()
    door = front_door(schemas, models)
    assert '"PurchaseEvent": "purchase.v1_1_0"' in door
    assert '"1-2-0": ("purchase.v1_2_0", "PurchaseEvent")' in door
    sdk = event_classes(schemas, models)
    assert "class PurchaseEvent(_ClientEvent, _purchase_v1_1_0.PurchaseEvent):" in sdk
    assert "class InstallEvent(_ClientEvent, _install_v1_0_2.InstallEvent):" in sdk
    contract = with_events((ROOT / "openapi.yaml").read_text(), schemas)
    body = contract.partition("    PurchaseEvent:\n")[2].partition("anyOf:\n")[2].splitlines()
    assert [line.rpartition("/")[2] for line in body[:2]] == ["1-1-0.json", "1-2-1.json"]
    pages = catalog(schemas)
    assert "- state: default\n" in pages["purchase/1-1-0.md"]
    assert "- state: supported\n" in pages["purchase/1-2-0.md"]


def test_shared_definitions_are_those_that_the_defaults_refer_to(tmp_path: Path) -> None:
    """An event takes the shapes of its own version only: those of a newer one are other classes."""
    for name in ("common", "purchase"):
        shutil.copytree(ROOT / "schemas" / name, tmp_path / name)
    schemas = SchemaRepository(tmp_path).with_lifecycle({"purchase": {"default": "1-2-0"}})
    held = {name: {"default": str(versions[0].version)} for name, versions in schemas.events.items()}
    assert "common/1-0-0" in [file.label for file in exported(schemas.with_lifecycle(held))]
    assert "common/1-1-0" in [file.label for file in exported(schemas)]
