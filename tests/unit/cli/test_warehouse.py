"""`game-events warehouse` where there is nothing to build or ask: exit codes that mean something."""

from pathlib import Path

import duckdb
from game_events_cli.main import app
from game_events_warehouse.publish import next_database
from typer.testing import CliRunner
from unit.warehouse.lake_writer import LakeWriter, install

runner = CliRunner()


def test_query_without_a_warehouse_says_what_to_do(tmp_path: Path) -> None:
    result = runner.invoke(app, ["warehouse", "query", "select 1", "--data-dir", str(tmp_path)])
    assert result.exit_code == 2
    assert "game-events warehouse build" in result.stderr


def test_docs_without_a_warehouse_say_what_to_do(tmp_path: Path) -> None:
    result = runner.invoke(app, ["warehouse", "docs", "--data-dir", str(tmp_path)])
    assert result.exit_code == 2
    assert "game-events warehouse build" in result.stderr


def test_a_missing_lake_is_an_error_and_no_warehouse(tmp_path: Path) -> None:
    result = runner.invoke(app, ["warehouse", "build", "--data-dir", str(tmp_path)])
    assert result.exit_code == 2
    assert "no lake" in result.stderr
    assert not (tmp_path / "warehouse" / "warehouse.duckdb").exists()


def test_a_base_that_is_no_currency_code_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    result = runner.invoke(app, ["warehouse", "build", "--data-dir", str(tmp_path), "--base-currency", "usd'--"])
    assert result.exit_code == 2
    assert "no currency code" in result.stderr


def test_a_second_build_at_once_is_turned_away_with_its_own_exit_code(tmp_path: Path) -> None:
    LakeWriter(tmp_path / "lake").write([install(1)])
    database = tmp_path / "warehouse" / "warehouse.duckdb"
    with next_database(database) as copy:
        duckdb.connect(str(copy)).close()
        result = runner.invoke(app, ["warehouse", "build", "--data-dir", str(tmp_path)])
        assert result.exit_code == 75
        assert "another build" in result.stderr
