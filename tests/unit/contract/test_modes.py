"""What an event's mode asks of its ADDITIONs, and what a waiver lets through."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from contract.checkout import copy_event, edit
from documents import ROOT, run_here
from game_events_contract.defaults import with_defaults
from game_events_contract.gate import gate
from game_events_contract.modes import Mode, read_register
from game_events_contract.repository import SchemaRepository

TODAY = date(2026, 11, 27)
WAIVER = {
    "version": "install/2-0-1",
    "rule": "enum-value-removed",
    "pointer": "/properties/install_source/enum",
    "expires": "2027-03-01",
    "reason": "No game sends it.",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Published are install/1-0-0 to 2-0-0."""
    return copy_event(tmp_path)


def register(checkout: Path, *, mode: str | None = None, waivers: object = ()) -> None:
    modes = {} if mode is None else {"install": mode}
    (checkout / "schemas" / "compatibility.json").write_text(json.dumps({"modes": modes, "waivers": waivers}))


def places(schemas: SchemaRepository, today: date = TODAY) -> set[tuple[str, str]]:
    """Rule and pointer of all that keeps the drafts from being published."""
    found = gate(schemas, today)
    return {(finding.rule, finding.pointer) for finding in found if finding.rule != "version-unpublished"}


def narrow(document: dict[str, Any]) -> None:
    document["properties"]["install_source"]["enum"].remove("preload")
    document["examples"] = []


def add_field(document: dict[str, Any]) -> None:
    document["properties"]["install_size"] = {"type": "integer", "minimum": 0, "maximum": 9}


ADDED = "/properties/install_size"


@pytest.mark.parametrize(
    ("mode", "change", "expected"),
    [
        (None, add_field, set()),
        ("backward", add_field, set()),
        ("forward", add_field, {("forward-field-removed", ADDED)}),
        ("full", add_field, {("forward-field-removed", ADDED)}),
        (None, narrow, {("enum-value-removed", WAIVER["pointer"])}),
        ("forward_transitive", narrow, set()),
        ("full_transitive", narrow, {("enum-value-removed", WAIVER["pointer"])}),
    ],
)
def test_an_addition_keeps_what_the_mode_promises(
    checkout: Path, mode: str | None, change: Any, expected: set[tuple[str, str]]
) -> None:
    register(checkout, mode=mode)
    found = places(edit(checkout, "install/2-0-0", change, to="2-0-1"))
    assert found - {("example-refused", "")} == expected


@pytest.mark.parametrize(("mode", "refused"), [("backward", False), ("forward", True)])
def test_examples_of_the_new_version_are_replayed_forward(tmp_path: Path, mode: str, refused: bool) -> None:
    """Those of this checkout's own 1-0-1, which takes ids that 1-0-0 does not."""
    checkout = copy_event(tmp_path, "refund")
    (checkout / "schemas" / "compatibility.json").write_text(json.dumps({"modes": {"refund": mode}}))
    found = places(edit(checkout, "refund/1-0-0", lambda document: None, to="1-0-1"))
    assert (("example-refused", "") in found) is refused


def test_a_mode_asks_nothing_of_what_was_published_without_it(checkout: Path) -> None:
    register(checkout, mode="full_transitive")
    published = SchemaRepository(checkout / "schemas")
    assert places(published) == set()
    found = gate(published, TODAY, settled=["install/1-0-0"])
    assert "forward-field-removed" in {finding.rule for finding in found}


def test_whatever_direction_breaks_a_revision_may(checkout: Path) -> None:
    def with_reason(document: dict[str, Any]) -> None:
        add_field(document)
        document["$reason"] = "A field more."

    register(checkout, mode="forward")
    assert places(edit(checkout, "install/2-0-0", with_reason, to="2-1-0")) == set()


def test_columns_are_held_in_every_mode(checkout: Path) -> None:
    def counted(document: dict[str, Any]) -> None:
        document["properties"]["ad_group"] = {"type": "integer", "minimum": 0, "maximum": 9}

    register(checkout, mode="forward")
    found = {rule for rule, _ in places(edit(checkout, "install/2-0-0", counted, to="2-0-1"))}
    assert "column-type-changed" in found


def test_a_default_follows_no_addition_that_may_refuse_what_it_takes(checkout: Path) -> None:
    register(checkout, mode="forward")
    assert with_defaults(edit(checkout, "install/2-0-0", narrow, to="2-0-1")).named_defaults == {"install": "2-0-0"}


def test_a_waiver_lets_one_rule_through_at_one_place_with_the_examples_that_it_refuses(checkout: Path) -> None:
    register(checkout, waivers=[WAIVER])
    assert places(edit(checkout, "install/2-0-0", narrow, to="2-0-1")) == set()


def test_a_waiver_holds_for_the_additions_after_it(checkout: Path) -> None:
    register(checkout, waivers=[WAIVER])
    edit(checkout, "install/2-0-0", narrow, to="2-0-1")
    found = places(edit(checkout, "install/2-0-1", add_field, to="2-0-2"))
    assert found <= {("example-refused", "")}  # those that this checkout has of its own 2-0-1


def test_a_waiver_hides_no_other_rule_and_no_other_place(checkout: Path) -> None:
    def narrow_more(document: dict[str, Any]) -> None:
        narrow(document)
        document["properties"]["install_app_store"]["enum"].remove("steam")
        document["properties"]["campaign"]["maxLength"] = 8

    register(checkout, waivers=[WAIVER])
    found = places(edit(checkout, "install/2-0-0", narrow_more, to="2-0-1"))
    assert {place for place in found if place[0] != "example-refused"} == {
        ("enum-value-removed", "/properties/install_app_store/enum"),
        ("bound-tightened", "/properties/campaign/maxLength"),
    }


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"expires": "2026-11-27"}, {"waiver-expired", "enum-value-removed"}),
        ({"expires": "2026-11-28"}, set()),
        ({"pointer": "/properties/install_source"}, {"waiver-unused", "enum-value-removed", "example-refused"}),
        ({"rule": "enum-replaced"}, {"waiver-unused", "enum-value-removed"}),
        ({"version": "install/2-0-2"}, {"waiver-unused", "enum-value-removed", "example-refused"}),
        ({"rule": "version-unpublished", "pointer": ""}, {"waiver-unused", "enum-value-removed", "example-refused"}),
        ({"reason": " "}, {"compatibility-invalid", "enum-value-removed", "example-refused"}),
        ({"expires": "soon"}, {"compatibility-invalid", "enum-value-removed", "example-refused"}),
        ({"until": "2027-01-01"}, {"compatibility-invalid", "enum-value-removed", "example-refused"}),
    ],
)
def test_a_waiver_that_does_nothing_or_no_longer_is_an_error(
    checkout: Path, change: dict[str, str], expected: set[str]
) -> None:
    register(checkout, waivers=[WAIVER | change])
    found = {rule for rule, _ in places(edit(checkout, "install/2-0-0", narrow, to="2-0-1"))}
    assert found - {"example-refused"} == expected - {"example-refused"}


def test_a_waiver_given_twice_is_one_too_many(checkout: Path) -> None:
    register(checkout, waivers=[WAIVER, WAIVER])
    assert places(edit(checkout, "install/2-0-0", narrow, to="2-0-1")) == {("waiver-unused", "")}


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"mode": {}}',
        '{"modes": []}',
        '{"waivers": {}}',
        '{"waivers": ["all"]}',
        '{"modes": {"install": "none"}}',
        '{"modes": {"install": ["full"]}}',
        '{"modes": {"instal": "full"}}',
    ],
)
def test_a_register_that_cannot_be_read_is_a_finding(checkout: Path, text: str) -> None:
    (checkout / "schemas" / "compatibility.json").write_text(text)
    assert {rule for rule, _ in places(SchemaRepository(checkout / "schemas"))} == {"compatibility-invalid"}


def test_without_a_word_everything_is_backward_transitive(checkout: Path) -> None:
    assert read_register(SchemaRepository(checkout / "schemas")).mode("install") is Mode.BACKWARD_TRANSITIVE


def test_the_documented_register_and_waiver_can_be_read(tmp_path: Path) -> None:
    modes, waiver = map(json.loads, run_here(__file__, "docs/schemas.md", "json"))
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    (tmp_path / "schemas" / "compatibility.json").write_text(json.dumps({**modes, "waivers": [waiver]}))
    read = read_register(SchemaRepository(tmp_path / "schemas"))
    assert (read.faults, read.mode("purchase"), len(read.waivers)) == ([], Mode.FULL_TRANSITIVE, 1)
