"""`game-events warehouse lint` and `deploy` as they are typed."""

import json
from pathlib import Path

import pytest
from game_events_cli.main import app
from typer.testing import CliRunner

runner = CliRunner()


def test_lint_prints_a_line_a_finding_and_ends_with_1(tmp_path: Path) -> None:
    file = tmp_path / "w.sql"
    file.write_text("create warehouse w\n  warehouse_size = 'HUGE'\n  auto_suspnd = 60;\n")
    result = runner.invoke(app, ["warehouse", "lint", str(file)])
    assert result.exit_code == 1
    assert [line.partition("; ")[0] for line in result.stdout.splitlines()] == [
        f"{file}:2: WAREHOUSE_SIZE = HUGE",
        f"{file}:3: WAREHOUSE has no AUTO_SUSPND",
    ]
    told = runner.invoke(app, ["warehouse", "lint", "--json", str(file)]).stdout.splitlines()
    assert [(one["file"], one["line"]) for one in map(json.loads, told)] == [(str(file), 2), (str(file), 3)]


def test_lint_of_a_folder_without_a_mistake_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x.sql").write_text("create role r;")
    result = runner.invoke(app, ["warehouse", "lint", str(tmp_path)])
    assert (result.exit_code, result.output) == (0, "")


def test_lint_of_what_is_no_text_or_not_there_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "x.sql").write_bytes(b"create role \xff;")
    result = runner.invoke(app, ["warehouse", "lint", str(tmp_path / "x.sql")])
    assert result.exit_code == 2
    assert "UTF-8" in result.stderr
    assert runner.invoke(app, ["warehouse", "lint", str(tmp_path / "y.sql")]).exit_code == 2


LAKE = ["--lake-url", "s3://studio-lake/prod/", "--lake-role-arn", "arn:aws:iam::123456789012:role/snowflake"]


def test_a_dry_run_prints_every_statement_in_order_and_needs_no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SNOWFLAKE_PASSWORD", "correct horse")
    result = runner.invoke(app, ["warehouse", "deploy", "--dry-run", *LAKE, "--database", "EVENTS_TEST"])
    assert result.exit_code == 0
    heads = [line for line in result.stdout.splitlines() if line.startswith(("-- account/", "-- database/"))]
    assert heads[0] == "-- account/V1.0.0__beginning.sql, as ACCOUNTADMIN"
    assert heads[-1] == "-- database/R__route_lines.sql, as EVENTS_TEST_DEPLOYER"
    assert "correct horse" not in result.output
    assert "create pipe if not exists EVENTS_TEST.RAW.EVENTS" in result.stdout
    assert "{{" not in result.stdout


def test_a_value_that_cannot_be_used_ends_with_2(monkeypatch: pytest.MonkeyPatch) -> None:
    result = runner.invoke(app, ["warehouse", "deploy", "--dry-run", *LAKE, "--retention-days", "365"])
    assert (result.exit_code, "0 to 14" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "SNOWFLAKE_ACCOUNT and SNOWFLAKE_USER"),
        ({"ACCOUNT": "a", "USER": "u"}, "SNOWFLAKE_PRIVATE_KEY_FILE"),
        ({"ACCOUNT": "a", "USER": "u", "PRIVATE_KEY_FILE": "/nowhere/key.p8"}, "there is no file /nowhere/key.p8"),
    ],
)
def test_nothing_to_log_in_with_ends_with_2_and_says_what_to_set(
    given: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ACCOUNT", "USER", "PRIVATE_KEY_FILE", "PASSWORD", "AUTHENTICATOR", "TOKEN_FILE_PATH"):
        monkeypatch.delenv(f"SNOWFLAKE_{name}", raising=False)
    for name, value in given.items():
        monkeypatch.setenv(f"SNOWFLAKE_{name}", value)
    result = runner.invoke(app, ["warehouse", "deploy", *LAKE])
    assert result.exit_code == 2
    assert said in result.stderr
