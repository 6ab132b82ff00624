"""The main job by its one command: played over HTTP, delivered, loaded, built, reconciled."""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest


def run_demo(*arguments: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, the object on the last line of standard output, and what a person would have seen."""
    command = [sys.executable, "-m", "game_events_cli.main", "demo", "--json", *arguments]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=240)
    lines = finished.stdout.splitlines()
    return finished.returncode, json.loads(lines[-1]) if lines else {}, finished.stderr


@pytest.mark.parametrize("sink", ["lake", "firehose"])
def test_demo_reconciles_every_number(sink: str, tmp_path: Path) -> None:
    code, result, shown = run_demo("--events", "2000", "--seed", "11", "--sink", sink, "--data-dir", str(tmp_path))

    assert code == 0, shown
    assert result["reconciled"] is True
    assert result["differences"] == []
    assert result["sent"] == 2000
    assert result["sent"] == result["accepted"] + result["duplicate"] + result["rejected"]
    assert min(result["accepted"], result["duplicate"], result["rejected"]) > 0
    assert result["raw_events"] == result["delivered"] == result["accepted"]
    assert result["facts"]["installs"] + result["facts"]["purchases"] == result["accepted"]
    assert sum(Decimal(usd) for usd in result["revenue_usd"].values() if usd is not None) > 0


def test_the_same_seed_gives_the_same_facts(tmp_path: Path) -> None:
    runs = [
        run_demo("--events", "1000", "--seed", "5", "--data-dir", str(tmp_path / name)) for name in ("first", "second")
    ]
    other_seed = run_demo("--events", "1000", "--seed", "6", "--data-dir", str(tmp_path / "third"))

    assert facts(tmp_path / "first") == facts(tmp_path / "second")
    assert runs[0][1] == runs[1][1]
    assert facts(tmp_path / "first") != facts(tmp_path / "third")
    assert other_seed[0] == 0


def test_a_folder_with_data_is_refused(tmp_path: Path) -> None:
    (tmp_path / "somebody's file").write_text("kept")

    code, _, shown = run_demo("--data-dir", str(tmp_path))

    assert code == 2
    assert "not an empty folder" in shown
    assert [path.name for path in tmp_path.iterdir()] == ["somebody's file"]


def facts(data_dir: Path) -> list[tuple[Any, ...]]:
    """Every fact without what depends on the moment of the run: when it was received."""
    import duckdb

    with duckdb.connect(str(data_dir / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        installs = connection.execute(
            "SELECT event_id, event_date, user_id, game_id, install_source FROM fct_installs ORDER BY event_id"
        ).fetchall()
        purchases = connection.execute(
            "SELECT event_id, event_date, user_id, amount, currency, amount_usd, rate_status"
            " FROM fct_purchases ORDER BY event_id"
        ).fetchall()
    return installs + purchases
