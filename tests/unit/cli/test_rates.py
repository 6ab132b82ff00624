"""`game-events warehouse rates`: what is said of rates, and exit codes that mean something."""

import json
from pathlib import Path
from typing import Any

import pytest
from game_events_cli.main import app
from typer.testing import CliRunner, Result

runner = CliRunner()


def run(data_dir: Path, *words: str) -> Result:
    return runner.invoke(app, ["warehouse", "rates", *words, "--data-dir", str(data_dir)])


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """A data folder with one rate of the studio's own, and no warehouse."""
    (tmp_path / "mine.csv").write_text("currency,rate_date,rate\nAFN,2026-10-20,0.014\n")
    assert run(tmp_path, "load", str(tmp_path / "mine.csv"), "--by", "ada").exit_code == 0
    return tmp_path


def test_a_currency_names_its_rate_with_source_day_and_age(given: Path) -> None:
    kwd = run(given, "list", "--on", "2026-10-20", "--currency", "KWD", "--json")
    (told,) = rows(kwd)
    assert (told["source"], told["observed_on"], told["age_days"], told["stale"]) == ("HMRC", "2026-09-16", 34, False)
    (own,) = rows(run(given, "list", "--on", "2026-10-20", "--currency", "AFN", "--json"))
    assert (own["source"], own["rate"], own["version"]) == ("studio", "0.014000000000", "studio-1")
    assert run(given, "list", "--on", "2026-10-20", "--currency", "XXX").exit_code == 1


def test_the_studios_own_say_who_gave_them(given: Path) -> None:
    (own,) = rows(run(given, "list", "--own", "--json"))
    assert (own["given_by"], own["origin"], own["base_currency"]) == ("ada", "mine.csv", "USD")
    assert run(given, "withdraw", "AFN", "2026-10-20").exit_code == 0
    assert run(given, "withdraw", "AFN", "2026-10-20").exit_code == 2
    assert "none" in run(given, "list", "--own").stdout


def test_a_bad_line_is_a_sentence_and_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("currency,rate_date,rate\nAFN,2026-10-20,0.014\nKWD,2026-10-20,x\n")
    result = run(tmp_path, "load", str(tmp_path / "mine.csv"))
    assert result.exit_code == 2
    assert "line 3: 'x' is no rate" in result.stderr
    assert run(tmp_path, "list", "--own", "--json").stdout == ""
    assert run(tmp_path, "load", str(tmp_path / "nowhere.csv")).exit_code == 2


def test_the_age_of_each_source_is_told_and_a_limit_is_an_exit_code(given: Path) -> None:
    result = run(given, "age", "--json")
    assert result.exit_code == 0
    assert [one["source"] for one in rows(result)] == ["ECB", "studio", "HMRC"]
    assert [one["currencies"] for one in rows(result)][1:] == [1, 141]
    assert run(given, "age", "--limit", "0").exit_code == 3
    assert run(given, "age", "--limit", "100000").exit_code == 0


def test_gaps_need_a_warehouse(tmp_path: Path) -> None:
    assert run(tmp_path, "gaps").exit_code == 2
