"""API keys: made, found, mistyped, expired and revoked."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from game_events_api.admission.keys import KeyFile, Keyring, has_checksum
from game_events_api.errors import FileDamaged

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)


@pytest.fixture
def key_file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "keys.json", now=lambda: NOW)


def test_a_key_is_found_and_its_secret_is_not_stored(key_file: KeyFile) -> None:
    key = key_file.create("ci", games=("a",), scopes=("ingest",))
    record = Keyring(key_file).find(key.encode(), NOW)
    assert record is not None
    assert (record.name, record.may_write("a"), record.may_write("b")) == ("ci", True, False)
    assert key.split("_")[3] not in key_file.path.read_text()
    assert stat.S_IMODE(key_file.path.stat().st_mode) == 0o600


@pytest.mark.parametrize("position", [0, 5, 9, 20, -1])
def test_a_changed_key_is_unknown_and_recognised_as_mistyped(key_file: KeyFile, position: int) -> None:
    key = key_file.create("ci")
    index = position % len(key)
    changed = key[:index] + ("x" if key[index] != "x" else "y") + key[index + 1 :]
    assert Keyring(key_file).find(changed.encode(), NOW) is None
    assert has_checksum(key.encode())
    assert not has_checksum(changed.encode())


def test_revoked_and_expired_keys_are_refused_and_a_running_server_notices(key_file: KeyFile) -> None:
    revoked, expired = key_file.create("a"), key_file.create("b", expires_at=NOW)
    keyring = Keyring(key_file)
    assert keyring.find(revoked.encode(), NOW) is not None
    assert keyring.find(expired.encode(), NOW - timedelta(seconds=1)) is not None
    assert keyring.find(expired.encode(), NOW) is None
    key_file.revoke(revoked.split("_")[2])
    keyring.refresh()
    assert keyring.find(revoked.encode(), NOW) is None


def test_a_key_that_was_used_is_refused_once_it_expires_or_is_revoked(key_file: KeyFile) -> None:
    key = key_file.create("a", expires_at=NOW).encode()
    keyring = Keyring(key_file)
    assert keyring.find(key, NOW - timedelta(seconds=1)) is keyring.find(key, NOW - timedelta(seconds=1))
    assert keyring.find(key, NOW) is None
    key_file.revoke(key.decode().split("_")[2])
    keyring.refresh()
    assert keyring.find(key, NOW - timedelta(seconds=1)) is None


def test_a_key_file_that_vanishes_refuses_every_key(key_file: KeyFile) -> None:
    key = key_file.create("a")
    keyring = Keyring(key_file)
    key_file.path.unlink()
    keyring.refresh()
    assert keyring.find(key.encode(), NOW) is None


@pytest.mark.parametrize(
    "arguments", [{"environment": "prod"}, {"scopes": ("root",)}, {"scopes": ()}, {"games": ()}, {"event_types": ()}]
)
def test_unusable_keys_are_not_made(key_file: KeyFile, arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        key_file.create("a", **arguments)
    assert key_file.read() == []


def key_id(key: str) -> str:
    return key.split("_")[2]


def test_a_rotated_key_and_its_successor_are_in_force_until_the_grace_is_over(key_file: KeyFile) -> None:
    old = key_file.create("shop", games=("chess",), scopes=("ingest", "read"), event_types=("purchase",))
    new = key_file.rotate(key_id(old), timedelta(days=7))
    keyring, end = Keyring(key_file), NOW + timedelta(days=7)

    first, second = (keyring.find(key.encode(), end - timedelta(seconds=1)) for key in (old, new))
    assert first is not None
    assert second is not None
    rights = [(one.name, one.environment, one.games, one.scopes, one.event_types) for one in (first, second)]
    assert rights[0] == rights[1]
    assert (keyring.find(old.encode(), end), keyring.find(new.encode(), end)) == (None, second)


def test_a_rotation_extends_no_key(key_file: KeyFile) -> None:
    """Neither the old one beyond its own end, nor without a word the new one for ever."""
    end = NOW + timedelta(days=1)
    old = key_file.create("a", expires_at=end)
    with pytest.raises(ValueError, match="say when the new one does"):
        key_file.rotate(key_id(old), timedelta(days=7))
    new = key_file.rotate(key_id(old), timedelta(days=7), end + timedelta(days=30))
    assert Keyring(key_file).find(old.encode(), end) is None
    assert Keyring(key_file).find(new.encode(), end + timedelta(days=29)) is not None
    assert Keyring(key_file).find(new.encode(), end + timedelta(days=30)) is None


def test_only_a_key_in_force_is_rotated(key_file: KeyFile) -> None:
    revoked, expired = key_file.create("a"), key_file.create("b", expires_at=NOW)
    key_file.revoke(key_id(revoked))
    for key, state in ((revoked, "revoked"), (expired, "expired")):
        with pytest.raises(ValueError, match=state):
            key_file.rotate(key_id(key), timedelta(days=7), NOW + timedelta(days=9))
    with pytest.raises(KeyError):
        key_file.rotate("unknown", timedelta(days=7))
    assert len(key_file.read()) == 2


def test_a_key_forbids_events_of_other_games_and_other_types(key_file: KeyFile) -> None:
    key_file.create("a", games=("chess",), event_types=("install", "purchase"))
    key_file.create("b")
    bound, free = key_file.read()
    assert bound.forbids("chess", "purchase") is None
    assert [
        bound.forbids(game, event_type)[:2]  # type: ignore[index]
        for game, event_type in (("go", "purchase"), ("chess", "refund"), ("go", "refund"))
    ] == [("/game_id", "forbidden-game"), ("/event_type", "forbidden-event-type"), ("/game_id", "forbidden-game")]
    assert free.forbids("go", "refund") is None


def test_a_key_without_a_binding_is_written_as_earlier_releases_read_it(key_file: KeyFile) -> None:
    key_file.create("a")
    key_file.create("b", event_types=("install",))
    free, bound = json.loads(key_file.path.read_text())["keys"]
    assert "event_types" not in free
    assert bound["event_types"] == ["install"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("event_types", "install"),
        ("games", "chess"),
        ("scopes", "ingest"),
        ("expires_at", "soon"),
        ("expires_at", "2026-11-21T05:00:00"),
        ("expires_at", 1),
        ("added_by_a_later_release", True),
    ],
)
def test_a_key_whose_rights_cannot_be_read_is_a_damaged_file(key_file: KeyFile, field: str, value: object) -> None:
    key_file.create("a")
    document = json.loads(key_file.path.read_text())
    document["keys"][0][field] = value
    key_file.path.write_text(json.dumps(document))
    with pytest.raises(FileDamaged, match="no key file"):
        key_file.read()
