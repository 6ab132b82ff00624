"""The main job by its one command: played over HTTP, delivered, loaded, built, reconciled."""

import json
import os
import re
import shutil
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
        assert sum(result["facts"].values()) + result["quarantined"] == result["accepted"]
        assert all(Decimal(result["revenue"]["USD"][name]) > 0 for name in ("gross", "refunded", "net", "net_usd"))
        assert {line["why"] for line in result["refunds_apart"]} >= {"orphan", "over_refund"}
        assert Decimal(result["ad_revenue"]["USD"]["revenue"]) > 0
        assert Decimal(result["rates"]["pending_share"]) > 0
        assert sum(result["rejected_by_reason"].values()) == result["rejected"]
    assert facts(tmp_path / "lake") == facts(tmp_path / "firehose")
    assert [path for path in tmp_path.rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077] == [], "others read it"

    every_planted_error_shows(tmp_path / "lake" / "warehouse" / "warehouse.duckdb")


ONE = "where rowid = (select min(rowid) from {table} where {condition})"
PLANTED = (
    ("daily_revenue", "set gross_amount_base = gross_amount_base + 0.0001", "gross_amount_base > 0"),
    ("daily_revenue", "set refunded_amount = refunded_amount + 1, refunded_amount_base = 0", "refunds > 0"),
    ("daily_revenue", "set game_id = 'sky-racer'", "game_id = 'farm-story'"),
    ("refunds_apart", "set refund_status = 'orphan'", "refund_status = 'over_refund'"),
    ("daily_ad_revenue", "set revenue_base = revenue_base * 2", "revenue_base > 0"),
    ("rejected_events", "set first_rule = 'maximum'", "first_rule = 'type'"),
    ("fct_purchases", "set rate_is_stale = not rate_is_stale", "environment = 'production' and amount_base > 0"),
)
"""Errors that a warehouse could make, each in one row."""


def every_planted_error_shows(database: Path) -> None:
    """In what the demo reads of its warehouse: the oracle knows only what was sent."""
    import duckdb
    from game_events_devtools.demo.published import published
    from game_events_devtools.simulator import recompute, simulate
    from game_events_warehouse import build

    (day,) = query(database, "select value::date from warehouse_state where name = 'build_date'")[0]
    sent = recompute(simulate(events=2000, seed=11, today=day))
    assert published(database, build.published(database, "USD")) == sent
    for table, error, condition in PLANTED:
        wrong = shutil.copy(database, database.with_name("wrong.duckdb"))
        with duckdb.connect(wrong) as connection:
            connection.execute(f"update {table} {error} {ONE.format(table=table, condition=condition)}")
        assert published(Path(wrong), build.published(Path(wrong), "USD")) != sent, error


def query(database: Path, sql: str) -> list[tuple[Any, ...]]:
    import duckdb

    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_a_folder_with_data_is_refused(tmp_path: Path) -> None:
    (tmp_path / "somebody's file").write_text("kept")

    code, _, shown = run_demo("--data-dir", str(tmp_path))

    assert code == 2
    assert "not an empty folder" in re.sub(r"[\s│]+", " ", shown), "however the terminal breaks it"
    assert [path.name for path in tmp_path.iterdir()] == ["somebody's file"]


def facts(data_dir: Path) -> list[tuple[Any, ...]]:
    """Every fact without what depends on the moment of the run: when it was received."""
    database = data_dir / "warehouse" / "warehouse.duckdb"
    installs = query(
        database, "SELECT event_id, event_date, user_id, game_id, install_source FROM fct_installs ORDER BY event_id"
    )
    purchases = query(
        database,
        "SELECT transaction_id, line_item_id, event_date, user_id, amount, currency, amount_base, rate_status"
        " FROM fct_purchases ORDER BY ALL",
    )
    refunds = query(
        database, "SELECT refund_id, event_date, amount, amount_base, refund_status FROM fct_refunds ORDER BY ALL"
    )
    return [*installs, *purchases, *refunds]
