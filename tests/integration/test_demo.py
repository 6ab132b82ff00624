"""The main job by its one command: played over HTTP, delivered, loaded, built, reconciled."""

import json
import os
import stat
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

NOWHERE = "http://127.0.0.1:1"
SHELL = {
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), NOWHERE),
    "ALL_PROXY": "socks5://127.0.0.1:1",
    "NO_COLOR": "1",
    "DBT_EMPTY": "1",
    "DBT_TARGET": "prod",
    "AWS_PROFILE": "nobody",
    "AWS_ENDPOINT_URL": NOWHERE,
    "AWS_SESSION_TOKEN": "old",
    "AWS_CA_BUNDLE": "/nowhere",
    "GAME_EVENTS_SINK": "s3",
    "GAME_EVENTS_PORT": "1",
    "GAME_EVENTS_EVENTS_PER_SECOND": "1",
    "GAME_EVENT_HOST": "x",
}
"""What a shell may hold for other programs and other servers; the demo was broken by it."""


def run_demo(*arguments: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, the object on the last line of standard output, and what a person would have seen."""
    command = [sys.executable, "-m", "game_events_cli.main", "demo", "--json", *arguments]
    environment = {**os.environ, **SHELL}
    environment.pop("NO_PROXY", None)
    finished = subprocess.run(command, capture_output=True, text=True, timeout=240, env=environment, umask=0)
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
    assert [path for path in tmp_path.rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077] == [], "others read it"


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
            "SELECT event_id, event_date, user_id, amount, currency, amount_base, rate_status"
            " FROM fct_purchases ORDER BY event_id"
        ).fetchall()
    return installs + purchases
