"""`game-events warehouse changes` and `close` where there is nothing to tell or to close."""

from pathlib import Path

from game_events_cli.main import app
from typer.testing import CliRunner

runner = CliRunner()


def run(data_dir: Path, *words: str) -> tuple[int, str]:
    result = runner.invoke(app, ["warehouse", *words, "--data-dir", str(data_dir)])
    return result.exit_code, result.output


def test_without_books_nothing_has_changed(tmp_path: Path) -> None:
    assert run(tmp_path, "changes", "--since", "2026-11-01") == (0, "nothing changed\n")
    assert list(tmp_path.iterdir()) == [], "asking makes no file"


def test_a_month_without_a_warehouse_cannot_be_closed(tmp_path: Path) -> None:
    code, said = run(tmp_path, "close", "2020-01")
    assert code == 2
    assert "game-events warehouse build" in said
    assert list(tmp_path.iterdir()) == [], "nothing was begun"


def test_books_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "warehouse" / "books.db").write_text("no database, and long enough to be looked at" * 100)
    code, said = run(tmp_path, "changes", "--since", "2026-11-01")
    assert code == 2
    assert "books.db" in said
