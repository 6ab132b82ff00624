"""`game-events schemas new | list | describe | unpublish`: from nothing to a published event and back to a draft."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from contract.checkout import copy_checkout
from game_events_cli.main import app
from typer.testing import CliRunner

RUN = CliRunner()
pytestmark = pytest.mark.needs("git")


def schemas(*arguments: str, root: Path) -> tuple[int, str]:
    answer = RUN.invoke(app, ["schemas", *arguments, "--root", str(root)])
    return answer.exit_code, answer.output


def git(checkout: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    subprocess.run(["git", *identity, *arguments], cwd=checkout, check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    copy_checkout(tmp_path)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "schemas")
    git(tmp_path, "commit", "--quiet", "--message", "What is published")
    return tmp_path


def listed(event_type: str, checkout: Path) -> dict[str, Any]:
    (one,) = (one for one in json.loads(schemas("list", "--json", root=checkout)[1]) if one["event_type"] == event_type)
    return dict(one)


def test_an_event_goes_from_nothing_to_published_and_back_to_a_draft(checkout: Path) -> None:
    fields = ["--field", "amount:integer:How many gems were spent.", "--field", "sink?:shop|upgrade"]
    code, said = schemas("new", "gems_spent", *fields, "--description", "A player spent gems.", root=checkout)
    assert code == 0, said
    assert listed("gems_spent", checkout) == {
        "event_type": "gems_spent",
        "version": "1-0-0",
        "published": False,
        "description": "A player spent gems.",
    }
    code, said = schemas("publish", root=checkout)
    assert code == 0, said
    assert "published gems_spent/1-0-0" in said
    assert "gems_spent               1-0-0    published" in schemas("list", root=checkout)[1]
    assert schemas("check", root=checkout)[0] == 0
    described = schemas("describe", "gems_spent", root=checkout)[1]
    assert "amount                   required  integer, 0–1000000000" in described
    assert "How many gems were spent." in described
    code, said = schemas("unpublish", "gems_spent/1-0-0", root=checkout)
    assert (code, "is a draft" in said) == (0, True)
    assert listed("gems_spent", checkout)["published"] is False


def test_what_others_have_stays_published(checkout: Path) -> None:
    code, said = schemas("unpublish", "install/1-0-0", root=checkout)
    assert code == 1
    assert "lifecycle.json" in said
    assert schemas("unpublish", "install/9-0-0", root=checkout)[0] == 1
    assert schemas("unpublish", "install/1-0-0", "--base", "nowhere", root=checkout)[0] == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["batch"], "name-reserved"),
        (["Level"], "write it like level_complete"),
        (["level_up", "--field", "Amount:integer"], "name-not-snake-case"),
        (["level_up", "--field", "amount:money_bag"], "write NAME:TYPE"),
        (["install"], "is there already"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_written(checkout: Path, arguments: list[str], said: str) -> None:
    before = sorted(checkout.rglob("*.json"))
    code, output = schemas("new", *arguments, root=checkout)
    assert code == 2
    assert said in output
    assert sorted(checkout.rglob("*.json")) == before
    assert not (checkout / "schemas" / "level_up").exists()


def test_describe_of_nobody_says_who_is_there(checkout: Path) -> None:
    code, said = schemas("describe", "instal", root=checkout)
    assert code == 1
    assert "known are ad_revenue, install, purchase, refund, session_start" in said
