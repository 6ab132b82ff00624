"""`game-events warehouse` over a built warehouse: one JSON object for machines, and no way out of it."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from game_events_cli.main import app
from game_events_warehouse.reader import ask
from game_events_warehouse.transform import PROJECT
from typer.testing import CliRunner
from unit.warehouse.lake_writer import NOON, LakeWriter, install, purchase

runner = CliRunner()

NO_NETWORK = """
import os, socket

def refuse(self, address, *rest):
    if self.family == socket.AF_UNIX:
        return connect(self, address, *rest)
    with open(os.path.join(os.path.dirname(__file__), "connections"), "a") as file:
        print(address, file=file)
    raise OSError("no network in this test")

connect = socket.socket.connect
socket.socket.connect = refuse
"""

SHELL = {
    "DBT_EMPTY": "1",
    "DBT_TARGET": "prod",
    "DBT_PROFILE": "other",
    "DBT_SAMPLE": "1 day",
    "DBT_STATIC_PARSER": "x",
    "PYTHONINSPECT": "1",
    "PYTHONIOENCODING": "latin-1",
    "PYTHONWARNINGS": "error",
    "PYTHONOPTIMIZE": "2",
}
"""What a shell may hold for other programs; a build was stopped or emptied by it."""


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A warehouse, built whatever the shell holds; the dbt process was watched for connections meanwhile."""
    data_dir = tmp_path_factory.mktemp("data")
    (data_dir / "sitecustomize.py").write_text(NO_NETWORK)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(data_dir))
        for name, value in SHELL.items():
            patch.setenv(name, value)
        build_warehouse(data_dir)
        yield data_dir


def build_warehouse(data_dir: Path) -> None:
    LakeWriter(data_dir / "lake").write([install(1), purchase(2, "4.99", "USD"), purchase(3, "1.000", "AFN")])
    result = runner.invoke(app, ["warehouse", "build", "--data-dir", str(data_dir), "--stale-limit", "49", "--json"])
    assert result.exit_code == 3, f"half of the purchases wait for a rate: {result.output}"
    assert "More than 49 %" in result.stderr
    document = json.loads(result.stdout.splitlines()[-1])
    assert document["raw_events"] == 3
    assert document["facts"] == {"installs": 1, "purchases": 2, "refunds": 0}
    assert document["revenue"]["USD"] == {"purchases": 1, "gross": "4.9900", "refunded": "0.0000", "net": "4.9900"} | {
        "gross_base": "4.9900",
        "refunded_base": "0.0000",
        "net_base": "4.9900",
        "pending": 0,
    }
    assert document["revenue"]["AFN"]["net_base"] is None
    assert (document["rates"]["stale_share"], document["rates"]["pending_share"]) == ("0.0000", "0.5000")


def test_a_build_from_a_directory_uses_no_network(data_dir: Path) -> None:
    watched = subprocess.run(
        [sys.executable, "-P", "-c", "import socket; socket.create_connection(('127.0.0.1', 9))"],
        capture_output=True,
        text=True,
    )
    assert "no network in this test" in watched.stderr
    assert (data_dir / "connections").read_text().splitlines() == ["('127.0.0.1', 9)"]


def test_query_answers_as_a_table_and_as_json(data_dir: Path) -> None:
    sql = "select event_id, currency, amount_base from fct_purchases order by currency"
    table = runner.invoke(app, ["warehouse", "query", sql, "--data-dir", str(data_dir)])
    assert table.exit_code == 0
    assert "AFN" in table.stdout
    lines = runner.invoke(app, ["warehouse", "query", sql, "--data-dir", str(data_dir), "--json"]).stdout.splitlines()
    assert [(row["currency"], row["amount_base"]) for row in map(json.loads, lines)] == [
        ("AFN", None),
        ("USD", "4.9900"),
    ]


BY_HAND = """
import sys
from dbt.cli.main import dbtRunner

for command in ("ls", "build", "test --selector reconciliation", "source freshness"):
    result = dbtRunner().invoke(command.split())
    assert result.success, (command, result.exception, result.result)
"""


@pytest.mark.long
def test_dbt_works_in_its_project_without_a_variable_or_an_option(data_dir: Path, tmp_path: Path) -> None:
    """As analysts have it: a checkout, its project's folder, its data beside it."""
    project = tmp_path / "warehouse" / "game_events_warehouse" / "dbt_project"
    shutil.copytree(PROJECT, project)
    shutil.copytree(data_dir / "warehouse", tmp_path / "data" / "warehouse")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GAME_EVENTS", "DBT"))}
    finished = subprocess.run(
        [sys.executable, "-P", "-c", BY_HAND], cwd=project, env=environment, capture_output=True, text=True
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert re.search(r"\b5 unit tests", finished.stdout)
    money = "select amount, amount_base, base_currency from fct_purchases order by all"
    by_hand, built = (
        list(ask(folder / "warehouse" / "warehouse.duckdb", money)[1]) for folder in (tmp_path / "data", data_dir)
    )
    assert by_hand == built != []


def test_docs_are_one_page_with_every_column(data_dir: Path) -> None:
    result = runner.invoke(app, ["warehouse", "docs", "--no-open", "--data-dir", str(data_dir)])
    assert result.exit_code == 0, result.output
    page = Path(result.stdout.strip()).read_text()
    assert "fct_purchases" in page
    assert "rounded once, half up, to four decimals" in page


def test_gaps_name_what_waits_for_a_rate(data_dir: Path) -> None:
    result = runner.invoke(app, ["warehouse", "rates", "gaps", "--data-dir", str(data_dir), "--json"])
    assert result.exit_code == 1
    day = NOON.date().isoformat()
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {"currency": "AFN", "status": "pending", "purchases": 1, "amount": "1.0000", "first_day": day, "last_day": day}
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "delete from fct_purchases",
        "copy fct_purchases to 'stolen.csv'",
        "select * from read_text('/etc/passwd')",
        "attach 'other.duckdb'",
        "install httpfs",
        "selekt 1",
    ],
)
def test_query_can_neither_write_nor_leave_the_database(data_dir: Path, sql: str) -> None:
    result = runner.invoke(app, ["warehouse", "query", sql, "--data-dir", str(data_dir)])
    assert result.exit_code == 2
    assert result.stdout == ""
    with duckdb.connect(str(data_dir / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from fct_purchases").fetchone() == (2,)


OF_BUILDS = {"loaded_files", "warehouse_state", "changed_exchange_rates"}


def said_by(database: Path, *names: str) -> dict[str, list[str]]:
    """Every table as text without when it was loaded, with one word for whatever stands for the names."""
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
        found = {}
        for table in sorted(tables - OF_BUILDS):
            rows = connection.execute(f"select * from {table}")
            columns = [column[0] for column in rows.description or ()]
            kept = [place for place, column in enumerate(columns) if column != "loaded_at"]
            found[table] = sorted(
                re.sub(rf"\b(erased-[0-9a-f]+|{'|'.join(names)})\b", "?", str([row[place] for place in kept]))
                for row in rows.fetchall()
            )
        return found


@pytest.fixture(scope="module")
def erased(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the folder in which one player was erased."""
    copy = tmp_path_factory.mktemp("erased") / "data"
    shutil.copytree(data_dir, copy, ignore=shutil.ignore_patterns("sitecustomize*", "connections", "dbt"))
    answer = runner.invoke(
        app, ["erase-player", "player-3", "--game", "puzzle-quest", "--data-dir", str(copy), "--json"]
    )
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["warehouse"] == 1
    return copy


def test_an_erased_player_is_nowhere_in_the_warehouse_and_no_figure_changes(data_dir: Path, erased: Path) -> None:
    names = ("player-3", "session-3")
    before, after = (said_by(folder / "warehouse" / "warehouse.duckdb", *names) for folder in (data_dir, erased))
    assert any("?" in row for row in before["raw_events"])
    for table, rows in before.items():
        if table != "raw_events":  # whose text has the fingerprint that the loader made before
            assert after[table] == rows, table
    assert len(after["raw_events"]) == len(before["raw_events"])
    database = erased / "warehouse" / "warehouse.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        for (table,) in connection.execute("select table_name from duckdb_tables()").fetchall():
            said = connection.execute(f"select * from {table}").fetchall()
            assert not [row for row in said for name in names if re.search(rf"\b{name}\b", str(row))], table
    assert b"session-3" not in b"".join(path.read_bytes() for path in erased.rglob("*") if path.is_file())


def test_what_was_erased_is_not_loaded_again(erased: Path) -> None:
    answer = runner.invoke(app, ["warehouse", "build", "--data-dir", str(erased), "--json"])
    assert json.loads(answer.stdout)["files_loaded"] == 0


@pytest.mark.long
def test_a_warehouse_built_from_an_erased_lake_says_the_same(erased: Path, tmp_path: Path) -> None:
    copy = tmp_path / "data"
    shutil.copytree(erased / "lake", copy / "lake")
    answer = runner.invoke(app, ["warehouse", "build", "--data-dir", str(copy), "--json"])
    assert answer.exit_code == 0, answer.output
    anew, kept = (said_by(folder / "warehouse" / "warehouse.duckdb", "none") for folder in (copy, erased))
    assert anew == kept
