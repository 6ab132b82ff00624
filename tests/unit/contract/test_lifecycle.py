"""The dates at which versions are deprecated and retired must make sense."""

import json
from pathlib import Path

import pytest
from contract.checkout import copy_event
from documents import run_here
from game_events_contract.findings import Finding
from game_events_contract.lifecycle import lifecycle
from game_events_contract.repository import SchemaRepository


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return copy_event(tmp_path)


def found(checkout: Path, entries: object) -> list[Finding]:
    (checkout / "schemas" / "lifecycle.json").write_text(json.dumps(entries))
    return list(lifecycle(SchemaRepository(checkout / "schemas")))


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"install/9-0-0": {"deprecated": "2026-12-01", "sunset": "2027-06-01", "reason": "x"}}, "lifecycle-unknown"),
        ({"install/2-0-0": {"deprecated": "2026-12-01", "sunset": "2027-06-01", "reason": "x"}}, "lifecycle-newest"),
        ({"install/1-0-0": {"deprecated": "2026-12-01", "sunset": "2027-06-01"}}, "reason-missing"),
        ({"install/1-0-0": {"deprecated": "2028-01-01", "sunset": "2027-01-01", "reason": "x"}}, "lifecycle-order"),
        ({"install/1-0-0": {"deprecated": "2027-01-01", "sunset": "2027-01-01", "reason": "x"}}, "lifecycle-order"),
        ({"install/1-0-0": {"sunset": "2027-01-01", "reason": "x"}}, "lifecycle-order"),
        ({"install/1-0-0": {"deprecated": "2020-01-01", "sunset": "2020-01-02", "reason": "x"}}, "lifecycle-notice"),
        ({"install/1-0-0": {"deprecated": "2026-01-01", "sunset": "2026-03-31", "reason": "x"}}, "lifecycle-notice"),
        ({"install/1-0-0": {"deprecated": "2026-01-01", "sunset": "never", "reason": "x"}}, "lifecycle-date"),
        ({"install/1-0-0": {"deprecated": "2026-13-45", "reason": "x"}}, "lifecycle-date"),
        ({"install/1-0-0": {"deprecated": "20260101", "reason": "x"}}, "lifecycle-date"),
        ({"install/1-0-0": {"deprecated": 2026, "reason": "x"}}, "lifecycle-invalid"),
        ({"install/1-0-0": {"deprecatd": "2026-01-01", "reason": "x"}}, "lifecycle-invalid"),
        ({"install/1-0-0": "2026-01-01"}, "lifecycle-invalid"),
        (["install/1-0-0"], "lifecycle-invalid"),
    ],
)
def test_the_lifecycle_must_make_sense(checkout: Path, entry: object, expected: str) -> None:
    assert {finding.rule for finding in found(checkout, entry)} == {expected}


def test_ninety_days_are_notice_enough(checkout: Path) -> None:
    entry = {"install/1-0-0": {"deprecated": "2026-01-01", "sunset": "2026-04-01", "reason": "x"}}
    assert found(checkout, entry) == []


def test_a_wrong_date_is_named_by_its_pointer(checkout: Path) -> None:
    entry = {"install/1-0-0": {"deprecated": "2026-02-30", "reason": "x"}}
    (finding,) = found(checkout, entry)
    assert (finding.where, finding.pointer) == ("lifecycle.json", "/install~11-0-0/deprecated")


def test_the_documented_entry_is_taken() -> None:
    (entry,) = run_here(__file__, "docs/schemas.md", "json")
    assert list(lifecycle(SchemaRepository().with_lifecycle(json.loads(entry)))) == []
