"""`game-events keys`."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from game_events_api.admission import KeyFile
from game_events_cli.main import app
from typer.testing import CliRunner


def keys(data_dir: Path, *arguments: str) -> Any:
    return CliRunner().invoke(app, ["keys", *arguments, "--data-dir", str(data_dir)])


def said(result: Any) -> str:
    """Without the frame that is drawn around an error."""
    return " ".join(result.stderr.replace("│", " ").split())


def listed(data_dir: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in keys(data_dir, "list", "--json").stdout.splitlines()]


def made(data_dir: Path, *options: str) -> str:
    result = keys(data_dir, "create", *options)
    assert result.exit_code == 0, result.output
    return str(result.stdout.strip())


def test_what_a_key_may_do_and_for_how_long_is_listed_and_never_its_secret(tmp_path: Path) -> None:
    key = made(tmp_path, "--name", "shop", "--game", "chess", "--event-types", "install, purchase", "--expires", "30d")
    (one,) = listed(tmp_path)
    assert {name: one[name] for name in ("key_id", "name", "games", "event_types", "scopes", "state")} == {
        "key_id": key.split("_")[2],
        "name": "shop",
        "games": ["chess"],
        "event_types": ["install", "purchase"],
        "scopes": ["ingest"],
        "state": "in force",
    }
    lives = datetime.fromisoformat(one["expires_at"]) - datetime.fromisoformat(one["created_at"])
    assert abs(lives - timedelta(days=30)) < timedelta(minutes=5)
    shown = keys(tmp_path, "list")
    for secret in (key.split("_")[3], "sha256"):
        assert secret not in shown.stdout + json.dumps(one)
    assert "install, purchase" in shown.stdout


def test_a_rotated_key_goes_on_for_the_grace_and_a_revoked_one_is_told_the_bound(tmp_path: Path) -> None:
    old = made(tmp_path, "--name", "shop").split("_")[2]
    new = keys(tmp_path, "rotate", old, "--grace", "12h").stdout.strip().split("_")[2]
    first, second = listed(tmp_path)
    assert (first["key_id"], second["key_id"], second["name"]) == (old, new, "shop")
    assert (first["state"], second["state"], second["expires_at"]) == ("in force", "in force", None)
    left = datetime.fromisoformat(first["expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=11) < left <= timedelta(hours=12)
    assert keys(tmp_path, "revoke", old).stdout == (
        f"{old} is revoked, in force within 1 s on every worker of this folder\n"
    )
    assert [one["state"] for one in listed(tmp_path)] == ["revoked", "in force"]
    assert "is revoked: there is nothing to rotate" in said(keys(tmp_path, "rotate", old))
    assert keys(tmp_path, "rotate", new, "--grace", "0s").exit_code == 0
    assert [one["state"] for one in listed(tmp_path)] == ["revoked", "expired", "in force"]


def test_the_hour_of_last_use_is_listed(tmp_path: Path) -> None:
    key_id = made(tmp_path).split("_")[2]
    assert listed(tmp_path)[0]["last_used"] is None
    KeyFile(tmp_path / "keys.json").note_used({key_id: "2026-11-21T05:00Z"})
    assert listed(tmp_path)[0]["last_used"] == "2026-11-21T05:00Z"
    assert "2026-11-21T05:00Z" in keys(tmp_path, "list").stdout


def test_a_folder_without_keys_lists_none(tmp_path: Path) -> None:
    assert listed(tmp_path) == []
    assert keys(tmp_path, "list").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("create", "--event-types", "instal"), "there is no event type instal; known are"),
        (("create", "--event-types", ","), "give games, event types"),
        (("create", "--expires", "2020-01-01"), "2020-01-01 is over; give 30d or 12h from now, a date"),
        (("create", "--expires", "0s"), "0s is over"),
        (("create", "--expires", "2999-02-30"), "2999-02-30 is no time"),
        (("create", "--expires", "2999-01-31T09:00:00"), "is no time"),
        (("create", "--expires", "99999d"), "--expires: 99999d is no length of time; give 7d"),
        (("rotate", "unknown"), "there is no key unknown; see `game-events keys list`"),
        (("rotate", "unknown", "--grace", "7"), "--grace: 7 is no length of time; give 7d, 12h, 30m or 0s"),
        (("rotate", "unknown", "--grace", "-1d"), "-1d is no length of time"),
        (("revoke", "unknown"), "there is no key unknown"),
    ],
)
def test_what_cannot_be_done_ends_with_2_and_says_why(tmp_path: Path, arguments: tuple[str, ...], why: str) -> None:
    result = keys(tmp_path, *arguments)
    assert result.exit_code == 2, result.output
    assert why in said(result)
    assert listed(tmp_path) == []


@pytest.mark.parametrize("text", ["2999-01-31", "2999-01-31T09:00:00+01:00", "12h"])
def test_an_end_is_a_length_of_time_a_date_or_a_time(tmp_path: Path, text: str) -> None:
    made(tmp_path, "--expires", text)
    assert listed(tmp_path)[0]["state"] == "in force"
