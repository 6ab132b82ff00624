"""A change that breaks a listed consumer names it and its owner."""

import json
from pathlib import Path
from typing import Any

import pytest
from contract.checkout import copy_event, edit
from game_events_contract.consumers import broken_consumers
from game_events_contract.findings import Finding
from game_events_contract.repository import SchemaRepository

READER = {
    "name": "cohorts",
    "owner": "Analytics",
    "uses": {"install/2-0-0": ["install_source", "campaign", "device.os"]},
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Published are install/1-0-0 to 2-0-0; one consumer reads three fields of the newest."""
    copy_event(tmp_path)
    register(tmp_path, [READER])
    return tmp_path


def register(checkout: Path, entries: object) -> SchemaRepository:
    (checkout / "schemas" / "consumers.json").write_text(json.dumps(entries))
    return SchemaRepository(checkout / "schemas")


def breaking(checkout: Path, change: Any, to: str = "2-1-0") -> list[Finding]:
    return broken_consumers(edit(checkout, "install/2-0-0", change, to=to))


def rename(document: dict[str, Any]) -> None:
    document["properties"]["campaign_name"] = document["properties"].pop("campaign")


def retype(document: dict[str, Any]) -> None:
    document["properties"]["campaign"] = {"type": "integer"}


def require(document: dict[str, Any]) -> None:
    document["required"].append("campaign")


def make_optional(document: dict[str, Any]) -> None:
    document["required"].remove("install_source")


def inline_device(change: str, name: str) -> Any:
    def edited(document: dict[str, Any]) -> None:
        shared = json.loads((Path(edited.folder) / "common" / "1-0-0.json").read_text())["$defs"]["device"]  # type: ignore[attr-defined]
        if change == "remove":
            shared["properties"].pop(name)
        document["properties"]["device"] = shared

    return edited


@pytest.mark.parametrize(
    ("change", "rule", "pointer"),
    [
        (lambda document: document["properties"].pop("campaign"), "field-removed", "/properties/campaign"),
        (rename, "field-removed", "/properties/campaign"),
        (retype, "type-changed", "/properties/campaign/type"),
        (require, "field-made-required", "/properties/campaign"),
        (make_optional, "field-made-optional", "/properties/install_source"),
    ],
)
def test_a_field_that_is_read_may_not_go_or_change(checkout: Path, change: Any, rule: str, pointer: str) -> None:
    found = [finding for finding in breaking(checkout, change) if f": {rule}" in finding.message]
    (finding,) = found
    assert (finding.where, finding.rule, finding.pointer) == ("install/2-1-0", "consumer-broken", pointer)
    assert "breaks cohorts (owner: Analytics), written for install/2-0-0" in finding.message


@pytest.mark.parametrize(("name", "broken"), [("os", True), ("model", False)])
def test_a_field_of_an_object_is_named_by_its_path(checkout: Path, name: str, broken: bool) -> None:
    change = inline_device("remove", name)
    change.folder = checkout / "schemas"
    assert bool(breaking(checkout, change)) is broken


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document["properties"].pop("ad_group"),
        lambda document: document["properties"]["install_source"]["enum"].append("gift"),
        lambda document: document["properties"].update(size={"type": "integer"}),
    ],
)
def test_what_is_not_read_may_change(checkout: Path, change: Any) -> None:
    assert breaking(checkout, change) == []


def test_whoever_reads_everything_is_broken_by_any_field(checkout: Path) -> None:
    register(checkout, [READER | {"uses": {"install/2-0-0": "*"}}])
    (finding, *_) = breaking(checkout, lambda document: document["properties"].pop("ad_group"))
    assert finding.pointer == "/properties/ad_group"


def test_a_model_stands_beside_and_breaks_nobody(checkout: Path) -> None:
    assert breaking(checkout, rename, to="3-0-0") == []


def test_an_owner_who_is_ready_moves_the_version(checkout: Path) -> None:
    edit(checkout, "install/2-0-0", rename, to="2-1-0")
    moved = READER | {"uses": {"install/2-1-0": ["install_source", "campaign_name"]}}
    assert broken_consumers(register(checkout, [moved])) == []


def test_a_break_is_told_once_however_many_versions_keep_it(checkout: Path) -> None:
    edit(checkout, "install/2-0-0", rename, to="2-1-0")
    schemas = edit(checkout, "install/2-1-0", lambda document: None, to="2-1-1")
    assert [finding.where for finding in broken_consumers(schemas)] == ["install/2-1-0"]


def test_a_sunset_breaks_those_who_use_the_version(checkout: Path) -> None:
    register(checkout, [READER | {"uses": {"install/1-0-0": "*"}}])
    dates = {"install/1-0-0": {"deprecated": "2026-01-01", "sunset": "2027-01-01", "reason": "Old."}}
    (checkout / "schemas" / "lifecycle.json").write_text(json.dumps(dates))
    (finding,) = broken_consumers(SchemaRepository(checkout / "schemas"))
    assert (finding.where, finding.pointer) == ("lifecycle.json", "/install~11-0-0/sunset")
    assert "cohorts (owner: Analytics)" in finding.message


@pytest.mark.parametrize(
    "entries",
    [
        {},
        ["cohorts"],
        [{"name": "cohorts", "uses": {"install/2-0-0": "*"}}],
        [READER | {"owner": " "}],
        [READER | {"uses": ["install/2-0-0"]}],
        [READER | {"uses": {"install/2-0-0": "all"}}],
        [READER | {"uses": {"install/9-0-0": "*"}}],
        [READER | {"uses": {"install/2-0-0": ["compaign"]}}],
    ],
)
def test_a_register_that_nobody_could_rely_on_is_a_finding(checkout: Path, entries: object) -> None:
    assert {finding.rule for finding in broken_consumers(register(checkout, entries))} == {"consumers-invalid"}


def test_the_listed_consumers_are_fine() -> None:
    assert broken_consumers(SchemaRepository()) == []
