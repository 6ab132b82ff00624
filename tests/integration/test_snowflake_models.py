"""The dbt project by the real dbt-snowflake against an emulator: every table equals the local warehouse's, as text.

The emulator is DuckDB behind a translator: this proves that the models parse as Snowflake's SQL, the adapter and the
wire, not Snowflake's semantics.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml
from game_events_warehouse.build import build
from game_events_warehouse.snowflake import lint_text
from game_events_warehouse.transform import PROJECT
from integration.money_events import money_lines
from integration.snowflake_emulator import DATABASE, RAW, Emulator, emulator, texts
from unit.warehouse.lake_writer import LakeWriter, Line, install, purchase

LEFT_OUT = "int_touched_events"
"""What a run writes anew: locally what may have become another, there everything."""
pytestmark = [pytest.mark.needs("uv"), pytest.mark.needs("index"), pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with emulator(tmp_path_factory.mktemp("emulator")) as server:
        yield server


def dbt(server: Emulator, folder: Path, *command: str) -> None:
    """By the project's own profile, but for where the account is, and without contracts: the emulator takes no types in
    CREATE TABLE … AS."""
    own = folder / "project"
    shutil.copytree(PROJECT, own, dirs_exist_ok=True)
    for described in own.rglob("*.yml"):
        text = described.read_text(encoding="utf-8").replace(
            "contract: {enforced: true}", "contract: {enforced: false}"
        )
        described.write_text(text, encoding="utf-8")
    profiles = yaml.safe_load((PROJECT / "profiles.yml").read_text(encoding="utf-8"))
    output = profiles["game_events"]["outputs"]["snowflake"]
    output |= {"host": "127.0.0.1", "port": server.port, "protocol": "http", "threads": 1}  # it has no two at once
    output |= {"account": "test", "user": "dbt", "password": "any"}
    for key in ("private_key_path", "private_key_passphrase"):
        del output[key]
    (folder / "profiles.yml").write_text(yaml.safe_dump(profiles))
    finished = subprocess.run(
        [
            *(sys.executable, "-P", "-m", "dbt.cli.main", *command, "--target", "snowflake", "--no-use-colors"),
            *("--project-dir", own, "--profiles-dir", folder, "--target-path", folder / "target"),
            *("--log-path", folder / "logs", "--vars", "{privacy_schema: ''}"),  # it has no policies
        ],
        capture_output=True,
        text=True,
        timeout=1800,  # the emulator takes minutes for the many
        env={**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "PYTHONWARNINGS": "ignore"},
    )
    assert finished.returncode == 0, finished.stdout[-6000:]


def assert_equal(server: Emulator, warehouse: Path) -> int:
    """Every table that dbt derives, row by row; how many rows that are."""
    rows = 0
    with duckdb.connect(str(warehouse), read_only=True) as local:
        tables = [str(row[0]) for row in local.execute("select table_name from information_schema.tables").fetchall()]
        derived = sorted(set(tables) & {path.stem for path in PROJECT.rglob("models/**/*.sql")} - {*RAW, LEFT_OUT})
        assert {"fct_purchases", "daily_revenue"} <= set(derived)
        for table in derived:
            columns = [str(row[0]) for row in local.execute(f"describe {table}").fetchall()]
            listed = ", ".join(f'"{column}"::varchar' for column in columns)
            ours = sorted(map(repr, local.execute(f"select {listed} from {table}").fetchall()))
            theirs = sorted(map(repr, server.rows(f"select {texts(columns)} from {DATABASE}.ANALYTICS.{table}")))
            assert ours == theirs, table
            rows += len(ours)
    return rows


def compare(server: Emulator, folder: Path, *files: list[Line]) -> None:
    """After each file of lines; every run but the first is incremental."""
    lake, warehouse = LakeWriter(folder / "lake"), folder / "warehouse.duckdb"
    for number, lines in enumerate(files):
        lake.write(lines)
        build(lake=str(lake.root), database=warehouse)
        server.take(warehouse, folder)
        dbt(server, folder, "run", *(() if number else ("--full-refresh",)))  # another test's tables may be there
        assert assert_equal(server, warehouse) > len(lines)


def odd_lines() -> list[Line]:
    device = {"os": "Android", "model": "P"}
    return [
        *(install(1), install(1), install(3, event_time="2026-10-20T09:00:00.123456789+09:00", device=device)),
        *(
            install(4, properties={"a": 1, "b": "x'y\\z"}, event_time="2026-10-20t12:00:60z"),
            purchase(24, "0.0001", "CLF"),
        ),
        *(purchase(25, "2.500", "AFN"), purchase(26, "not money", "USD"), purchase(27, "1.00001", "EUR")),
    ]


def test_every_table_equals_the_local_one(running: Emulator, tmp_path: Path) -> None:
    compare(running, tmp_path, [*odd_lines(), *money_lines(150, 14)])


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("count", [400, 15_000])
def test_every_table_equals_the_local_one_after_an_incremental_run(
    running: Emulator, tmp_path: Path, count: int
) -> None:
    money = list(money_lines(count, 15))
    share = len(money) // 5
    compare(running, tmp_path, money[:-share], money[-share - share // 4 :])
    dbt(running, tmp_path, "test", "--exclude-resource-type", "unit_test")
    compiled = sorted((tmp_path / "target" / "compiled").rglob("*.sql"))
    assert len(compiled) > 15
    assert [f"{path.name}:{finding}" for path in compiled for finding in lint_text(path.read_text())] == []
