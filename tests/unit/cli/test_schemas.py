"""`game-events schemas diff`: what it prints and how it exits."""

import json
from pathlib import Path

import pytest
from game_events_cli.schemas import app
from game_events_contract.repository import ROOT
from typer.testing import CliRunner

RUN = CliRunner()
PUBLISHED = ROOT / "schemas" / "install"


@pytest.mark.parametrize(
    ("old", "new", "code", "step"), [("1-0-0", "1-0-1", 0, "ADDITION"), ("1-0-2", "1-1-0", 1, "REVISION")]
)
def test_diff_prints_one_object_and_exits_by_the_verdict(old: str, new: str, code: int, step: str) -> None:
    answer = RUN.invoke(app, ["diff", str(PUBLISHED / f"{old}.json"), str(PUBLISHED / f"{new}.json"), "--json"])
    assert answer.exit_code == code
    report = json.loads(answer.output)
    assert list(report) == ["breaking", "required_bump", "changes"]
    assert (report["breaking"], report["required_bump"]) == (bool(code), step)
    assert all(set(change) == {"rule", "tier", "pointer"} for change in report["changes"])


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"$ref": "#/nowhere"}',
        '{"properties": {"a": {"$ref": "#anchor"}}}',
        '{"items": [{}]}',
        '{"$ref": 1}',
    ],
)
def test_diff_of_what_is_no_schema_exits_with_two(tmp_path: Path, text: str) -> None:
    (tmp_path / "broken.json").write_text(text)
    answer = RUN.invoke(app, ["diff", str(PUBLISHED / "1-0-0.json"), str(tmp_path / "broken.json")])
    assert answer.exit_code == 2
    assert "cannot compare" in answer.output


def test_a_keyword_the_gate_does_not_know_is_breaking(tmp_path: Path) -> None:
    document = json.loads((PUBLISHED / "1-0-0.json").read_text())
    document["properties"]["campaign"]["maxLenght"] = 3
    (tmp_path / "install").mkdir()
    (tmp_path / "common").mkdir()
    (tmp_path / "common" / "1-0-0.json").write_text((ROOT / "schemas/common/1-0-0.json").read_text())
    typo = tmp_path / "install" / "1-0-1.json"
    typo.write_text(json.dumps(document))
    answer = RUN.invoke(app, ["diff", str(PUBLISHED / "1-0-0.json"), str(typo), "--json"])
    changes = json.loads(answer.output)["changes"]
    assert {"rule": "keyword-unknown", "tier": "WIRE", "pointer": "/properties/campaign/maxLenght"} in changes
