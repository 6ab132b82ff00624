"""The main job by its one command: played over HTTP, delivered, loaded, built, reconciled."""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any


def run_demo(*arguments: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, the object on the last line of standard output, and what a person would have seen."""
    command = [sys.executable, "-m", "game_events_cli.main", "demo", "--json", *arguments]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=240)
    lines = finished.stdout.splitlines()
    return finished.returncode, json.loads(lines[-1]) if lines else {}, finished.stderr


def test_the_same_seed_reconciles_to_the_same_facts_through_either_sink(tmp_path: Path) -> None:
    for sink in ("lake", "firehose"):
        code, result, shown = run_demo(
            "--events", "2000", "--seed", "11", "--sink", sink, "--data-dir", str(tmp_path / sink)
        )
        assert code == 0, shown
        assert result["reconciled"] is True
        assert result["differences"] == []
        assert result["sent"] == 2000
        assert result["sent"] == result["accepted"] + result["duplicate"] + result["rejected"]
        assert min(result["accepted"], result["duplicate"], result["rejected"]) > 0
        assert result["raw_events"] == result["delivered"] == result["accepted"]
        assert result["facts"]["installs"] + result["facts"]["purchases"] == result["accepted"]
        assert sum(Decimal(usd) for usd in result["revenue_usd"].values() if usd is not None) > 0
    assert facts(tmp_path / "lake") == facts(tmp_path / "firehose")


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
