"""`game-events schemas check` and `publish`: what they print and how they exit."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from contract.checkout import copy_checkout, edit
from contract.corpus import write
from contract.corpus.case import case
from contract.corpus.pieces import INT
from game_events_cli.schemas import app
from typer.testing import CliRunner

RUN = CliRunner()


def test_check_passes_on_this_checkout_within_twenty_seconds() -> None:
    """Of the processor, its processes' too: what else the machine does is not looked at."""
    before = os.times()
    answer = RUN.invoke(app, ["check"])
    assert answer.exit_code == 0, answer.output
    assert sum(os.times()[:4]) - sum(before[:4]) < 20


def test_check_fails_and_names_the_stage(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path)
    edit(checkout, "install/2-1-1", lambda document: document["properties"]["campaign"].update(maxLength=199))
    answer = RUN.invoke(app, ["check", "--json", "--root", str(checkout)])
    assert answer.exit_code == 1
    report = json.loads(answer.output)
    assert report["ok"] is False
    assert [finding["rule"] for finding in report["compatibility"]] == ["version-changed"]
    drifted = {finding["where"] for finding in report["codegen"]}
    assert "generated/game_events_models/install/v2_1_1.py" in drifted


def test_check_names_what_a_new_version_still_lacks(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path)
    edit(checkout, "install/2-1-1", lambda document: None, to="2-1-2")
    answer = RUN.invoke(app, ["check", "--json", "--root", str(checkout)])
    assert answer.exit_code == 1
    report = json.loads(answer.output)
    assert report["lint"] == report["contract"] == []
    assert [finding["rule"] for finding in report["compatibility"]] == ["version-unpublished"]
    (written,) = report["codegen"]
    assert "files are written when install/2-1-2 is published" in written["message"]


@pytest.mark.parametrize("missing", ["title", "description", "examples", "properties", "required", "type"])
def test_check_of_a_half_written_version_is_a_finding(tmp_path: Path, missing: str) -> None:
    checkout = copy_checkout(tmp_path)
    edit(checkout, "install/2-1-1", lambda document: document.pop(missing), to="2-1-2")
    answer = RUN.invoke(app, ["check", "--json", "--root", str(checkout)])
    assert answer.exit_code == 1
    report = json.loads(answer.output)
    assert {finding["where"] for finding in report["lint"]} == {"install/2-1-2"}
    assert "version-unpublished" not in {finding["rule"] for finding in report["compatibility"]}  # it is no use yet


@pytest.mark.parametrize(
    "text", ["{}", '{"type": "object", "properties": {"schema_version": true}}', '{"$defs": {"a": true}}']
)
def test_check_of_hardly_a_schema_is_a_finding(tmp_path: Path, text: str) -> None:
    checkout = copy_checkout(tmp_path)
    (checkout / "schemas" / "install" / "2-1-2.json").write_text(text)
    answer = RUN.invoke(app, ["check", "--json", "--root", str(checkout)])
    assert answer.exit_code == 1
    assert {finding["where"] for finding in json.loads(answer.output)["lint"]} == {"install/2-1-2"}


def test_check_of_a_copy_that_still_names_the_old_version_is_a_finding(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path)
    published = checkout / "schemas" / "install" / "2-0-0.json"
    published.with_name("2-1-2.json").write_text(published.read_text())
    answer = RUN.invoke(app, ["check", "--root", str(checkout)])
    assert answer.exit_code == 1
    assert isinstance(answer.exception, SystemExit)
    assert "install/2-1-2#/properties/schema_version: identity-wrong: expected '2-1-2'" in answer.output


def test_publish_refuses_a_step_that_is_too_small(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path)
    edit(checkout, "install/2-1-1", lambda document: document["properties"].pop("click_id"), to="2-1-2")
    answer = RUN.invoke(app, ["publish", "--root", str(checkout)])
    assert answer.exit_code == 1
    assert "field-removed" in answer.output
    assert (
        "consumer-broken: breaks warehouse (fct_installs, fct_purchases) (owner: Analytics engineering)"
        in answer.output
    )
    assert "install/2-1-2" not in (checkout / "schemas" / "lock.json").read_text()


def test_publish_then_check_passes(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path)
    edit(checkout, "install/2-1-1", lambda document: None, to="2-1-2")
    answer = RUN.invoke(app, ["publish", "--root", str(checkout)])
    assert answer.exit_code == 0, answer.output
    assert "the default of install is 2-1-2; it was 2-1-1" in answer.output
    answer = RUN.invoke(app, ["check", "--root", str(checkout)])
    assert answer.exit_code == 0, answer.output


def test_publish_takes_conditions_that_hold_true_and_leaves_the_default(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path)

    def with_condition(document: dict[str, Any]) -> None:
        document["allOf"] += [True, {"if": True, "then": {"properties": {"currency": True}}}]
        document["$reason"] = "Conditions more."

    edit(checkout, "purchase/1-2-1", with_condition, to="1-3-0")
    answer = RUN.invoke(app, ["publish", "--root", str(checkout)])
    assert answer.exit_code == 0, answer.output
    assert "the default of purchase stays 1-2-1" in answer.output
    assert (
        "class PurchaseEvent(_ClientEvent, _purchase_v1_2_1.PurchaseEvent):"
        in (checkout / "sdk" / "game_events" / "_events.py").read_text()
    )


def test_naming_versions_without_make_default_is_refused(tmp_path: Path) -> None:
    (tmp_path / "schemas").mkdir()
    answer = RUN.invoke(app, ["publish", "purchase/1-1-0", "--root", str(tmp_path)])
    assert (answer.exit_code, "--make-default" in answer.output) == (2, True)
    answer = RUN.invoke(app, ["publish", "--make-default", "purchase/9-0-0", "--root", str(tmp_path)])
    assert (answer.exit_code, "there is no version purchase/9-0-0" in answer.output) == (2, True)


def test_a_version_that_no_code_can_be_generated_from_is_not_locked(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path)
    definition = {"description": "Named like an event.", "type": "boolean", "examples": [True]}
    (checkout / "schemas" / "shared").mkdir()
    (checkout / "schemas" / "shared" / "1-0-0.json").write_text(
        json.dumps({"title": "Shared", "description": "Shared.", "$defs": {"install_event": definition}})
    )
    before = (checkout / "schemas" / "lock.json").read_text()
    answer = RUN.invoke(app, ["publish", "--root", str(checkout)])
    assert answer.exit_code == 1
    assert isinstance(answer.exception, SystemExit)
    assert "codegen-failed: " in answer.output
    assert "both define" in answer.output
    assert (checkout / "schemas" / "lock.json").read_text() == before


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

    edit(checkout, "install/2-1-1", refer_by_anchor, to="2-1-2")
    answer = RUN.invoke(app, [command, "--root", str(checkout)])
    assert answer.exit_code == 1
    assert "install/2-1-2#/$defs/text/$anchor: anchor-used: " in answer.output
    assert isinstance(answer.exception, SystemExit)


def files_below(checkout: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(checkout)): path.read_bytes()
        for path in sorted(checkout.rglob("*"))
        if path.is_file() and ".mypy_cache" not in path.parts
    }


def spoil_the_sdk(checkout: Path) -> None:
    (checkout / "sdk" / "game_events" / "identity.py").write_text("def utc_now( -> None: ...\n")


def mistype_the_sdk(checkout: Path) -> None:
    with (checkout / "sdk" / "game_events" / "identity.py").open("a") as module:
        module.write("\nWHEN: int = utc_now()\n")


def block_the_catalog(checkout: Path) -> None:
    (checkout / "docs" / "catalog" / "level_up").write_text("a file where a folder is to be")


@pytest.mark.parametrize("spoil", [spoil_the_sdk, mistype_the_sdk, block_the_catalog])
def test_a_publish_that_fails_leaves_nothing_behind(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    checkout = copy_checkout(tmp_path)
    write([case("an event", "level_up", {"level": INT}, {"level": 3})], checkout)
    spoil(checkout)
    before = files_below(checkout)
    answer = RUN.invoke(app, ["publish", "--root", str(checkout)])
    assert answer.exit_code != 0
    assert files_below(checkout) == before


def test_publish_says_what_type_checking_and_importing_found(tmp_path: Path) -> None:
    checkout = copy_checkout(tmp_path)
    mistype_the_sdk(checkout)
    answer = RUN.invoke(app, ["check", "--json", "--root", str(checkout)])
    assert answer.exit_code == 1
    (finding,) = json.loads(answer.output)["trial"]
    assert finding["rule"] == "generated-code-failed"
    assert finding["where"].startswith("sdk/game_events/identity.py")
    assert "Incompatible types" in finding["message"]
