"""`game-events schemas`: what it prints and how it exits."""

import json
import time
from pathlib import Path

import pytest
from game_events_cli.schemas import app
from game_events_contract.compatibility import CompatibilityRule
from game_events_contract.lint import LINT_RULES
from game_events_contract.repository import ROOT, SchemaRepository
from typer.testing import CliRunner
from unit.contract.checkout import copy_checkout, edit

RUN = CliRunner()
PUBLISHED = ROOT / "schemas" / "install"


def test_check_passes_on_this_checkout_within_twenty_seconds() -> None:
    started = time.monotonic()
    answer = RUN.invoke(app, ["check"])
    assert answer.exit_code == 0, answer.output
    assert time.monotonic() - started < 20


def test_check_fails_and_names_the_stage(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path)
    edit(checkout, "install/2-0-0", lambda document: document["properties"]["campaign"].update(maxLength=99))
    answer = RUN.invoke(app, ["check", "--json", "--root", str(checkout)])
    assert answer.exit_code == 1
    report = json.loads(answer.output)
    assert report["ok"] is False
    assert [finding["rule"] for finding in report["compatibility"]] == ["version-changed"]
    drifted = {finding["where"] for finding in report["codegen"]}
    assert "generated/game_events_models/install/v2_0_0.py" in drifted


def test_check_names_what_a_new_version_still_lacks(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path)
    edit(checkout, "install/2-0-0", lambda document: None, to="2-0-1")
    answer = RUN.invoke(app, ["check", "--json", "--root", str(checkout)])
    assert answer.exit_code == 1
    report = json.loads(answer.output)
    assert report["lint"] == report["contract"] == []
    assert [finding["rule"] for finding in report["compatibility"]] == ["version-unpublished"]
    assert {"openapi.yaml", "generated/game_events_models/install/v2_0_1.py"} <= {
        finding["where"] for finding in report["codegen"]
    }
    assert all("`game-events schemas publish`" in finding["message"] for finding in report["codegen"])


@pytest.mark.parametrize("missing", ["title", "description", "examples", "properties", "required", "type"])
def test_check_of_a_half_written_version_is_a_finding(tmp_path: Path, missing: str) -> None:
    checkout = copy_checkout(tmp_path)
    edit(checkout, "install/2-0-0", lambda document: document.pop(missing), to="2-0-1")
    answer = RUN.invoke(app, ["check", "--json", "--root", str(checkout)])
    assert answer.exit_code == 1
    report = json.loads(answer.output)
    assert {finding["where"] for finding in report["lint"]} == {"install/2-0-1"}
    assert "version-unpublished" in {finding["rule"] for finding in report["compatibility"]}


@pytest.mark.parametrize(
    "text", ["{}", '{"type": "object", "properties": {"schema_version": true}}', '{"$defs": {"a": true}}']
)
def test_check_of_hardly_a_schema_is_a_finding(tmp_path: Path, text: str) -> None:
    checkout = copy_checkout(tmp_path)
    (checkout / "schemas" / "install" / "2-0-1.json").write_text(text)
    answer = RUN.invoke(app, ["check", "--json", "--root", str(checkout)])
    assert answer.exit_code == 1
    assert {finding["where"] for finding in json.loads(answer.output)["lint"]} == {"install/2-0-1"}


def test_check_of_a_copy_that_still_names_the_old_version_is_a_finding(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path)
    published = checkout / "schemas" / "install" / "2-0-0.json"
    published.with_name("2-0-1.json").write_text(published.read_text())
    answer = RUN.invoke(app, ["check", "--root", str(checkout)])
    assert answer.exit_code == 1
    assert isinstance(answer.exception, SystemExit)
    assert "install/2-0-1#/properties/schema_version: identity-wrong: expected '2-0-1'" in answer.output


def test_publish_refuses_a_step_that_is_too_small(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path)
    edit(checkout, "install/2-0-0", lambda document: document["properties"].pop("click_id"), to="2-0-1")
    answer = RUN.invoke(app, ["publish", "--root", str(checkout)])
    assert answer.exit_code == 1
    assert "field-removed" in answer.output
    assert "install/2-0-1" not in (checkout / "schemas" / "lock.json").read_text()


def test_publish_then_check_passes(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path)
    edit(checkout, "install/2-0-0", lambda document: None, to="2-0-1")
    assert RUN.invoke(app, ["publish", "--root", str(checkout)]).exit_code == 0
    answer = RUN.invoke(app, ["check", "--root", str(checkout)])
    assert answer.exit_code == 0, answer.output


@pytest.mark.parametrize("condition", [True, {"if": True, "then": {"properties": {"currency": True}}}])
def test_publish_takes_conditions_that_hold_true(tmp_path: Path, condition: object) -> None:
    checkout = copy_checkout(tmp_path)
    edit(checkout, "purchase/1-1-0", lambda document: document["allOf"].append(condition), to="1-2-0")
    answer = RUN.invoke(app, ["publish", "--root", str(checkout)])
    assert answer.exit_code == 0, answer.output


def test_a_version_that_no_code_can_be_generated_from_is_not_locked(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path)
    receipt = SchemaRepository().events["purchase"][-1].document["properties"]["receipt"]
    edit(checkout, "install/2-0-0", lambda document: document["properties"].update(receipt=receipt), to="2-0-1")
    before = (checkout / "schemas" / "lock.json").read_text()
    answer = RUN.invoke(app, ["publish", "--root", str(checkout)])
    assert answer.exit_code == 1
    assert isinstance(answer.exception, SystemExit)
    assert "codegen-failed: " in answer.output
    assert "both define" in answer.output
    assert (checkout / "schemas" / "lock.json").read_text() == before


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


@pytest.mark.parametrize("name", ["lock.json", "lifecycle.json"])
@pytest.mark.parametrize("text", ["{", "[]"])
@pytest.mark.parametrize("command", ["check", "publish"])
def test_a_broken_file_beside_the_schemas_is_a_finding(tmp_path: Path, command: str, name: str, text: str) -> None:
    checkout = copy_checkout(tmp_path)
    (checkout / "schemas" / name).write_text(text)
    answer = RUN.invoke(app, [command, "--root", str(checkout)])
    assert answer.exit_code == 1
    assert f"{name}: " in answer.output
    assert isinstance(answer.exception, SystemExit)


@pytest.mark.parametrize("command", ["check", "publish"])
def test_an_anchor_ends_the_run_before_anything_follows_it(tmp_path: Path, command: str) -> None:
    checkout = copy_checkout(tmp_path)

    def refer_by_anchor(document: dict[str, object]) -> None:
        document["$defs"] = {"text": {"$anchor": "text", "type": "string"}}
        document["properties"]["campaign"] = {"$ref": "#text"}  # type: ignore[index]

    edit(checkout, "install/2-0-0", refer_by_anchor, to="2-0-1")
    answer = RUN.invoke(app, [command, "--root", str(checkout)])
    assert answer.exit_code == 1
    assert "install/2-0-1#/$defs/text/$anchor: anchor-used: " in answer.output
    assert isinstance(answer.exception, SystemExit)


@pytest.mark.parametrize("text", ["{", "[]", '{"$ref": "#/nowhere"}', '{"properties": {"a": {"$ref": "#anchor"}}}'])
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


def test_every_rule_is_documented() -> None:
    page = (ROOT / "docs" / "schemas.md").read_text()
    assert [rule for rule in [*RULES, *LINT_RULES] if f"`{rule}`" not in page] == []
