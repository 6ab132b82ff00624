"""What an earlier commit published stays published, whatever the tree's own lock file says."""

import json
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from contract.checkout import copy_checkout, edit
from game_events_cli.schemas import app
from game_events_contract.base import BaseMissing, compare_with_base, find_base
from game_events_contract.gate import digest, gate, lock
from game_events_contract.http_contract import http_findings
from game_events_contract.repository import SchemaRepository
from typer.testing import CliRunner

TODAY = date(2026, 11, 21)
pytestmark = pytest.mark.needs("git")


def git(root: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Tester", "-c", "user.email=tester@example.com", "-c", "commit.gpgsign=false")
    command = ["git", "-C", str(root), *identity, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose schemas are committed."""
    copy_checkout(tmp_path)
    git(tmp_path, "init", "-q")
    commit(tmp_path)
    return tmp_path


def commit(root: Path) -> str:
    git(root, "add", "schemas")
    git(root, "commit", "-q", "--allow-empty", "-m", "Change the schemas")
    return git(root, "rev-parse", "HEAD")


def rules(root: Path, revision: str | None = None) -> set[str]:
    base = find_base(root, revision)
    assert base.compared
    return {finding.rule for finding in compare_with_base(SchemaRepository(root / "schemas"), base, TODAY)}


def no_more_subscriptions(document: dict[str, Any]) -> None:
    document["properties"]["product_type"]["enum"].remove("subscription")


def rewrite(root: Path) -> None:
    """Change a published version and its digest with it, so that the gate sees nothing."""
    schemas = edit(root, "purchase/1-1-0", no_more_subscriptions)
    edited = json.loads((root / "schemas" / "purchase" / "1-1-0.json").read_text())
    path = root / "schemas" / "lock.json"
    locked = json.loads(path.read_text())
    locked["purchase/1-1-0"] = digest(edited)
    path.write_text(json.dumps(locked))
    assert "version-changed" not in {finding.rule for finding in gate(schemas)}


def test_an_unchanged_checkout_passes(checkout: Path) -> None:
    assert rules(checkout) == set()


def test_in_a_hook_of_git_the_checkout_is_looked_at_and_not_the_hooks_repository(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "elsewhere" / "index"))
    assert find_base(checkout).compared


def test_a_version_rewritten_with_its_digest_is_found(checkout: Path) -> None:
    rewrite(checkout)
    assert rules(checkout) == {"base-version-changed"}


def test_a_version_relocked_after_the_lock_file_was_deleted_is_found(checkout: Path) -> None:
    (checkout / "schemas" / "lock.json").unlink()
    lock(edit(checkout, "purchase/1-1-0", no_more_subscriptions))
    assert rules(checkout) == {"base-version-changed"}


def test_a_version_deleted_with_its_digest_is_found(checkout: Path) -> None:
    (checkout / "schemas" / "purchase" / "1-1-0.json").unlink()
    path = checkout / "schemas" / "lock.json"
    path.write_text(json.dumps({k: v for k, v in json.loads(path.read_text()).items() if k != "purchase/1-1-0"}))
    assert rules(checkout) == {"base-version-deleted"}


def test_a_committed_rewrite_is_found_against_the_branch_it_came_from(checkout: Path) -> None:
    git(checkout, "update-ref", "refs/remotes/origin/main", "HEAD")
    rewrite(checkout)
    commit(checkout)
    assert rules(checkout, "HEAD") == set()
    assert rules(checkout) == rules(checkout, "origin/main") == {"base-version-changed"}
    assert "the merge base with origin/main" in find_base(checkout).note


def test_a_new_version_is_no_change(checkout: Path) -> None:
    lock(edit(checkout, "install/2-1-1", lambda document: None, to="2-1-2"))
    assert rules(checkout) == set()


def test_a_version_that_only_this_branch_has_may_still_change(checkout: Path) -> None:
    git(checkout, "update-ref", "refs/remotes/origin/main", "HEAD")
    lock(edit(checkout, "install/2-1-1", lambda document: None, to="2-1-2"))
    commit(checkout)
    schemas = edit(checkout, "install/2-1-2", lambda document: document.update({"$comment": "changed"}))
    assert compare_with_base(schemas, find_base(checkout), TODAY) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, "2027-02-18", {"base-sunset-sooner"}),
        (None, "2027-02-19", set()),
        ("2027-12-31", "2027-01-31", {"base-sunset-sooner"}),
        ("2027-12-31", "2027-06-30", set()),
        ("2027-01-31", "2027-01-31", set()),
        ("2027-01-31", "2027-02-10", set()),
        ("2026-06-01", None, set()),
    ],
)
def test_a_sunset_is_announced_ninety_days_ahead_by_the_calendar(
    checkout: Path, before: str | None, after: str | None, expected: set[str]
) -> None:
    def set_sunset(sunset: str | None) -> None:
        entry = {"deprecated": "2020-01-01", "reason": "x"} | ({"sunset": sunset} if sunset else {})
        (checkout / "schemas" / "lifecycle.json").write_text(json.dumps({"install/1-1-0": entry}))

    set_sunset(before)
    commit(checkout)
    set_sunset(after)
    assert rules(checkout) == expected


def test_a_folder_without_git_is_not_compared_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    base = find_base(tmp_path)
    assert not base.compared
    assert "not a git repository" in base.note


def test_without_the_git_command_nothing_is_compared(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert find_base(checkout).note == "not compared with an earlier revision: git is not installed"


def test_a_commit_without_schemas_has_nothing_published(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert "no commit yet" in find_base(tmp_path).note
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "Begin")
    copy_checkout(tmp_path)
    assert rules(tmp_path) == set()


@pytest.mark.parametrize("revision", ["nowhere", "", "--help"])
def test_a_base_that_was_asked_for_has_to_be_there(checkout: Path, revision: str) -> None:
    with pytest.raises(BaseMissing, match="there is no such commit"):
        find_base(checkout, revision)


def test_the_commands_look_at_the_base(checkout: Path) -> None:
    rewrite(checkout)
    for arguments in (["check"], ["check", "--base", "HEAD"], ["publish"]):
        answer = CliRunner().invoke(app, [*arguments, "--root", str(checkout)])
        assert answer.exit_code == 1
        assert "purchase/1-1-0: base-version-changed: not as published in" in answer.output
    missing = CliRunner().invoke(app, ["check", "--base", "nowhere", "--root", str(checkout)])
    assert missing.exit_code == 2
    assert missing.output.startswith("cannot compare with nowhere: there is no such commit")
    assert len(missing.output.splitlines()) == 1


def commit_all(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "Publish")


@pytest.mark.parametrize("command", ["check", "publish"])
def test_the_http_contract_of_the_base_holds(checkout: Path, command: str) -> None:
    commit_all(checkout)
    path = checkout / "openapi.yaml"
    path.write_text(path.read_text().replace("/v1/events/batch:", "/v1/events/batches:"))
    answer = CliRunner().invoke(app, [command, "--root", str(checkout)])
    assert answer.exit_code == 1
    assert "http: failed" in answer.output
    assert "openapi.yaml#/paths/~1v1~1events~1batch/post: http-operation-removed" in answer.output


def test_the_generated_half_of_the_http_contract_is_guarded_too(checkout: Path) -> None:
    commit_all(checkout)
    documents = checkout / "generated" / "game_events_models" / "documents"
    served = json.loads((documents / "openapi.json").read_text())
    served["components"]["schemas"]["InstallEvent"]["anyOf"].insert(0, {"type": "object", "required": ["old"]})
    base = find_base(checkout)
    assert base.openapi is not None
    (finding,) = [one for one in http_findings(served, base.openapi, base.note) if "/InstallEvent/" in one.pointer]
    assert finding.rule == "http-request-narrowed"
