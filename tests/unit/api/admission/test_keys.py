"""API keys: made, found, mistyped, expired and revoked."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from game_events_api.admission.keys import KeyFile, Keyring, has_checksum

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


@pytest.mark.parametrize("arguments", [{"environment": "prod"}, {"scopes": ("root",)}, {"scopes": ()}, {"games": ()}])
def test_unusable_keys_are_not_made(key_file: KeyFile, arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        key_file.create("a", **arguments)
    assert key_file.read() == []
