"""The gate refuses each way in which a published contract could change silently."""

from pathlib import Path
from typing import Any

import pytest
from contract.checkout import Edit, copy_event, edit
from game_events_contract.gate import gate, lock
from game_events_contract.repository import SchemaRepository


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return copy_event(tmp_path)


def rules(schemas: SchemaRepository) -> set[str]:
    return {finding.rule for finding in gate(schemas)}


def nothing(document: dict[str, object]) -> None:
    """No change but the version."""


def no_more_consoles(document: dict[str, object]) -> None:
    document["properties"]["install_source"]["enum"].remove("preload")  # type: ignore[index]


def because(reason: str, change: Edit) -> Edit:
    def edited(document: dict[str, Any]) -> None:
        change(document)
        document["$reason"] = reason

    return edited


def test_the_published_schemas_pass() -> None:
    assert gate(SchemaRepository()) == []


def test_a_published_version_cannot_change(checkout: Path) -> None:
    assert rules(edit(checkout, "install/1-0-0", no_more_consoles)) >= {"version-changed"}


def test_reindenting_is_no_change(checkout: Path) -> None:
    assert rules(edit(checkout, "install/1-0-0", nothing)) == set()


def test_a_published_version_cannot_disappear(checkout: Path) -> None:
    (checkout / "schemas" / "install" / "1-1-0.json").unlink()
    assert "version-deleted" in rules(SchemaRepository(checkout / "schemas"))


def test_a_new_version_has_to_be_published(checkout: Path) -> None:
    schemas = edit(checkout, "install/2-0-0", nothing, to="2-0-1")
    assert rules(schemas) == {"version-unpublished"}
    assert lock(schemas) == ["install/2-0-1"]
    assert rules(schemas) == set()


@pytest.mark.parametrize(
    ("to", "change", "expected"),
    [
        ("2-0-1", no_more_consoles, {"enum-value-removed"}),
        ("2-1-0", because("Consoles are gone.", no_more_consoles), set()),
        ("2-1-0", no_more_consoles, {"reason-stale"}),
        ("3-0-0", nothing, {"reason-stale"}),
        ("2-1-0", because("None.", lambda document: document["properties"].pop("campaign")), {"field-removed"}),
        ("3-0-0", because("No campaigns.", lambda document: document["properties"].pop("campaign")), set()),
        ("2-1-0", lambda document: document.pop("$reason"), {"reason-missing"}),
        ("2-0-2", nothing, {"version-skipped"}),
    ],
)
def test_the_version_step_must_be_large_enough(checkout: Path, to: str, change: Edit, expected: set[str]) -> None:
    def without_examples_of_the_old(document: dict[str, object]) -> None:
        change(document)
        document["examples"] = []

    assert (
        rules(edit(checkout, "install/2-0-0", without_examples_of_the_old, to=to))
        - {
            "version-unpublished",
            "example-refused",
        }
        == expected
    )


def test_examples_of_the_older_version_are_replayed(checkout: Path) -> None:
    schemas = edit(checkout, "install/2-0-0", no_more_consoles, to="2-0-1")
    refused = [finding.message for finding in gate(schemas) if finding.rule == "example-refused"]
    assert refused == ["source-preload.json, valid by 2-0-0, is refused"]


def test_a_version_supersedes_only_what_it_accepts_whole(checkout: Path) -> None:
    def narrow(document: dict[str, object]) -> None:
        document["$supersedes"] = ["2-0-0"]
        no_more_consoles(document)

    assert "supersedes-breaking" in rules(edit(checkout, "install/2-0-0", narrow, to="2-1-0"))


@pytest.mark.parametrize("text", ["{", "[]", '{"install/1-0-0": 1}'])
def test_a_broken_lock_file_is_a_finding(checkout: Path, text: str) -> None:
    (checkout / "schemas" / "lock.json").write_text(text)
    assert rules(SchemaRepository(checkout / "schemas")) == {"lock-invalid"}
