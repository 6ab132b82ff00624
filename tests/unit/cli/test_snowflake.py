"""`game-events warehouse lint` as it is typed."""

from pathlib import Path

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
