"""`game-events warehouse query` and `export` answer in the form that is asked for, and change nothing."""

import csv
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from game_events_cli.main import app
from typer.testing import CliRunner

runner = CliRunner()
ROW = ("2026-10-20", "puzzle-quest", "4.9900")


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    (tmp_path / "data" / "warehouse").mkdir(parents=True)
    with duckdb.connect(str(tmp_path / "data" / "warehouse" / "warehouse.duckdb")) as connection:
        connection.execute(
            "create table daily_revenue as select date '2026-10-20' as event_date, 'puzzle-quest' as game_id,"
            " 4.99::decimal(18, 4) as net_amount"
        )
        connection.execute("create table fct_purchases as select range as number from range(2500)")
        for internal in ("raw_events", "stg_events", "int_player_days", "loaded_files", "warehouse_state"):
            connection.execute(f"create table {internal} (a integer)")
    return tmp_path / "data"


def run(data_dir: Path, *arguments: str | Path, **options: Any) -> Any:
    command = ["warehouse", *map(str, arguments), "--data-dir", str(data_dir)]
    return runner.invoke(app, command, **options)


def test_the_same_answer_in_each_form(data_dir: Path, tmp_path: Path) -> None:
    sql, target = "/* the day's */ select * from daily_revenue;  -- all of it;", tmp_path / "answer.parquet"
    assert all(cell in run(data_dir, "query", sql).stdout for cell in ROW)
    assert json.loads(run(data_dir, "query", sql, "--json").stdout)["net_amount"] == "4.9900"
    assert list(csv.reader(io.StringIO(run(data_dir, "query", sql, "--csv").stdout)))[1] == list(ROW)
    assert "1 rows in" in run(data_dir, "query", sql, "--parquet", target).stdout
    answer = duckdb.sql(f"from '{target}'")
    assert answer.fetchall() == [(date(2026, 10, 20), "puzzle-quest", Decimal("4.9900"))]
    assert answer.types[2] == "DECIMAL(18,4)"


def test_the_statement_is_read_from_a_file_or_from_standard_input(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "question.sql").write_text("select count(*) as number from fct_purchases")
    assert json.loads(run(data_dir, "query", "--file", tmp_path / "question.sql", "--json").stdout) == {"number": 2500}
    assert run(data_dir, "query", "--file", "-", "--csv", input="select 1 as one").stdout == "one\n1\n"


def test_a_table_has_a_thousand_rows_and_says_so_and_other_forms_have_all(data_dir: Path) -> None:
    sql = "select * from fct_purchases order by number"
    table = run(data_dir, "query", sql)
    assert "999" in table.stdout
    assert "1000" not in table.stdout
    assert "first 1,000 rows" in table.stderr
    assert len(run(data_dir, "query", sql, "--csv").stdout.splitlines()) == 2501


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("delete from daily_revenue",), "not delete"),
        (("create table x (a integer)",), "not create"),
        (("copy daily_revenue to 'x.csv'",), "not copy"),
        (("select 1; drop table daily_revenue",), "2 statements"),
        (("select 1) to 'x.csv'; --",), "syntax error"),
        (("",), "0 statements"),
        (("from read_text('/etc/passwd')",), "disabled"),
        (("from read_text('/etc/passwd')", "--parquet", "x.parquet"), "disabled"),
        (("from no_such_table",), "no_such_table"),
        (("select 1", "--parquet", "/no/such/folder/x.parquet"), "cannot be written"),
        (("select 1", "--json", "--csv"), "choose one"),
        (("select 1", "--file", "x.sql"), "give a statement, or --file"),
        ((), "give a statement, or --file"),
        (("--file", "no-such-file.sql"), "cannot be read"),
    ],
)
def test_what_cannot_be_answered_says_why_and_changes_nothing(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    database = data_dir / "warehouse" / "warehouse.duckdb"
    before = database.read_bytes()
    answer = run(data_dir, "query", *arguments)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert said in " ".join(answer.stderr.replace("│", "").split())
    assert database.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_all_that_analysts_read_is_exported(data_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out" / "today's"
    assert json.loads(run(data_dir, "export", "--to", folder, "--json").stdout) == {
        "daily_revenue": 1,
        "fct_purchases": 2500,
    }
    assert sorted(path.name for path in folder.iterdir()) == ["daily_revenue.parquet", "fct_purchases.parquet"]
    assert run(data_dir, "export", "daily_revenue", "--to", folder, "--csv").exit_code == 0
    assert (folder / "daily_revenue.csv").read_text() == f"event_date,game_id,net_amount\n{','.join(ROW)}\n"


def test_a_table_that_there_is_not_is_named_with_those_that_there_are(data_dir: Path, tmp_path: Path) -> None:
    answer = run(data_dir, "export", "daily_revenue", "revenue", "raw_events", "--to", tmp_path / "out")
    assert answer.exit_code == 2
    assert "no table raw_events, revenue to export; there are: daily_revenue, fct_purchases" in answer.stderr
    assert not (tmp_path / "out").exists()
