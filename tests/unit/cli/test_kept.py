"""`game-events dead-letters` and `game-events rejected`, as a person and a script read them."""

import json
from pathlib import Path
from typing import Any

import pytest
from game_events_api.admission import KeyFile
from game_events_cli.main import app
from typer.testing import CliRunner
from unit.api.delivery.spool_maker import SpoolMaker, line, rejected_line
from unit.api.recovery.kept_events import bury, install
from unit.stored_lines import event_id

KINDS = ("dead-letters", "rejected")


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """Two dead letters; three rejected events, one of them no JSON and one of a game whose name is not ASCII."""
    bury(tmp_path, range(2), "InvalidArgumentException: no")
    rejected = [rejected_line(3, install(3)), rejected_line(4, "{"), rejected_line(5, install(5, game_id="шахи"))]
    SpoolMaker(tmp_path, "worker-1").append(rejected, stream="rejected")
    keys = KeyFile(tmp_path / "keys.json")
    known = keys.create("the sender of what was rejected").split("_")[2]
    keys.path.write_text(keys.path.read_text().replace(known, "k1"))
    return tmp_path


def run(data_dir: Path, *arguments: str, exit_code: int = 0) -> str:
    result = CliRunner().invoke(app, [*arguments, "--data-dir", str(data_dir)])
    assert result.exit_code == exit_code, result.output
    return result.stdout if exit_code == 0 else result.stderr


def documents(data_dir: Path, *arguments: str) -> list[dict[str, Any]]:
    return [json.loads(text) for text in run(data_dir, *arguments, "--json").splitlines()]


@pytest.mark.parametrize(("kind", "number"), [("dead-letters", 2), ("rejected", 3)])
def test_a_name_in_the_table_shows_the_entry(data_dir: Path, kind: str, number: int) -> None:
    names = [entry["name"] for entry in documents(data_dir, kind, "list")]
    table = run(data_dir, kind, "list")
    assert len(names) == number
    assert all(name in table for name in names), "a name that is cut off is of no use to `show`"
    for name in names:
        assert json.loads(run(data_dir, kind, "show", name))


def test_what_is_shown_is_word_for_word(data_dir: Path) -> None:
    (letter,) = documents(data_dir, "dead-letters", "list", "--where", f"event_id={event_id(1)}")
    assert json.loads(run(data_dir, "dead-letters", "show", letter["name"]))["line"] == line(1).decode()
    (chess,) = documents(data_dir, "rejected", "list", "--where", "game_id=шахи")
    shown = run(data_dir, "rejected", "show", chess["name"])
    assert json.loads(shown)["correlation_id"] == "r-5"
    assert "шахи" in shown


@pytest.mark.parametrize("kind", KINDS)
def test_only_a_whole_name_is_shown(data_dir: Path, kind: str) -> None:
    name = documents(data_dir, kind, "list")[0]["name"]
    said = run(data_dir, kind, "show", f"{name[:-1]}*", exit_code=1)
    assert said.endswith(f"`game-events {kind} list` shows them\n")


def test_counts_are_most_first(data_dir: Path) -> None:
    assert documents(data_dir, "dead-letters", "stats") == [
        {"game_id": "puzzle-quest", "event_type": "install", "reason": "InvalidArgumentException", "events": 2}
    ]
    assert [row["game_id"] for row in documents(data_dir, "rejected", "stats")] == ["puzzle-quest", "", "шахи"]
    assert "enum /store" in run(data_dir, "rejected", "stats")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("condition", "word"), [("foo=bar", "'foo'"), ("nonsense", "field=value")])
@pytest.mark.parametrize("verb", ["list", "stats", "replay"])
def test_an_unusable_condition_is_named(data_dir: Path, kind: str, verb: str, condition: str, word: str) -> None:
    assert word in run(data_dir, kind, verb, "--where", condition, exit_code=2)


@pytest.mark.parametrize(
    ("kind", "passed", "events", "failed"), [("dead-letters", 2, 2, ""), ("rejected", 1, 3, "malformed")]
)
def test_a_dry_run_says_what_the_replay_will_do(
    data_dir: Path, kind: str, passed: int, events: int, failed: str
) -> None:
    (foreseen,) = documents(data_dir, kind, "replay", "--dry-run")
    assert (foreseen["dry_run"], foreseen["passed"], foreseen["events"]) == (True, passed, events)
    said = run(data_dir, kind, "replay", "--dry-run")
    assert said.startswith(f"{passed} of {events} would pass\n")
    assert failed in said
    (real,) = documents(data_dir, kind, "replay", "--rate", "100000")
    assert real == {**foreseen, "dry_run": False}


def test_what_was_sent_again_before_is_said(data_dir: Path) -> None:
    run(data_dir, "rejected", "replay")
    assert run(data_dir, "rejected", "replay").startswith("0 of 3 were sent again, 1 had been before\n")
    run(data_dir, "dead-letters", "replay")
    assert run(data_dir, "dead-letters", "replay") == "0 of 0 were sent again\n"


def test_a_version_that_was_never_published_is_no_way_to_judge(data_dir: Path) -> None:
    said = run(data_dir, "rejected", "replay", "--as-version", "purchase/9-9-9", exit_code=2)
    assert "--as-version" in said


def test_rejected_events_of_a_lake_elsewhere_are_read_beside_the_spool(data_dir: Path, tmp_path: Path) -> None:
    lake = tmp_path / "elsewhere"
    file = lake / "rejected" / "2026" / "a.ndjson"
    file.parent.mkdir(parents=True)
    file.write_bytes(rejected_line(9, install(9)) + rejected_line(3, install(3)))

    found = documents(data_dir, "rejected", "list", "--lake", str(lake))

    assert [entry["correlation_id"] for entry in found] == ["r-9", "r-3", "r-4", "r-5"]
