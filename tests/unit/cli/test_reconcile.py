"""`game-events reconcile` without a warehouse; with one, see the integration tests."""

import json
from pathlib import Path
from typing import Any

import pytest
from game_events_cli.main import app
from typer.testing import CliRunner
from unit.api.delivery.spool_maker import SpoolMaker, line


def reconcile(data_dir: Path, *options: str) -> Any:
    return CliRunner().invoke(app, ["reconcile", "--data-dir", str(data_dir), *options])


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """Two events that wait, one of them also in a lake that nothing was delivered to."""
    SpoolMaker(tmp_path).append([line(1), line(2)])
    file = tmp_path / "lake" / "events" / "a.ndjson"
    file.parent.mkdir(parents=True)
    file.write_bytes(line(1))
    return tmp_path


def test_what_differs_is_named_and_ends_with_1(data_dir: Path) -> None:
    result = reconcile(data_dir, "--json")

    document = json.loads(result.stdout)
    assert (result.exit_code, document["reconciled"]) == (1, False)
    assert document["differences"] == [
        {"kind": "lake", "name": "events", "detail": "the ledger counts 0 delivered, the lake holds 1 events"}
    ]
    totals = document["totals"]
    assert (totals["accepted"], totals["waiting"], totals["lake_lines"], totals["warehouse_rows"]) == (2, 2, 1, None)
    said = reconcile(data_dir).stdout
    assert "the ledger counts 0 delivered" in said
    assert said.endswith("1 differences\n")


def test_numbers_that_agree_end_with_0(data_dir: Path) -> None:
    (data_dir / "lake" / "events" / "a.ndjson").unlink()
    result = reconcile(data_dir)
    assert result.exit_code == 0
    assert result.stdout.endswith("every number agrees\n")


def test_a_folder_with_nothing_to_compare_is_not_found_to_agree(tmp_path: Path) -> None:
    result = reconcile(tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "has no spool and no lake" in result.stderr
