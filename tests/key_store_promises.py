"""What every store of API keys promises, wherever it is: its own test module says how one is made."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from game_events_api.admission.api_key import has_checksum
from game_events_api.admission.key_store import KeyStore
from game_events_api.admission.key_use import KeyUse
from game_events_api.admission.keyring import Keyring

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)


def key_id(key: str) -> str:
    return key.split("_")[2]


class KeyStorePromises:
    """Its heirs have a fixture `store`, empty and with NOW as its clock."""

    def test_a_key_is_found_and_its_secret_is_not_stored(self, store: KeyStore) -> None:
        key = store.create("ci", games=("a",), scopes=("ingest",))
        record = Keyring(store).find(key.encode(), NOW)
        assert record is not None
        assert (record.name, record.may_write("a"), record.may_write("b")) == ("ci", True, False)
        assert key.split("_")[3] not in repr(store.read())

    @pytest.mark.parametrize("position", [0, 5, 9, 20, -1])
    def test_a_changed_key_is_unknown_and_recognised_as_mistyped(self, store: KeyStore, position: int) -> None:
        key = store.create("ci")
        index = position % len(key)
        changed = key[:index] + ("x" if key[index] != "x" else "y") + key[index + 1 :]
        assert Keyring(store).find(changed.encode(), NOW) is None
        assert has_checksum(key.encode())
        assert not has_checksum(changed.encode())

    def test_revoked_and_expired_keys_are_refused_and_a_running_server_notices(self, store: KeyStore) -> None:
        revoked, expired = store.create("a"), store.create("b", expires_at=NOW)
        keyring = Keyring(store)
        assert keyring.find(revoked.encode(), NOW) is not None
        assert keyring.find(expired.encode(), NOW - timedelta(seconds=1)) is not None
        assert keyring.find(expired.encode(), NOW) is None
        store.revoke(revoked.split("_")[2])
        keyring.refresh()
        assert keyring.find(revoked.encode(), NOW) is None

    def test_a_key_that_was_used_is_refused_once_it_expires_or_is_revoked(self, store: KeyStore) -> None:
        key = store.create("a", expires_at=NOW).encode()
        keyring = Keyring(store)
        assert keyring.find(key, NOW - timedelta(seconds=1)) is keyring.find(key, NOW - timedelta(seconds=1))
        assert keyring.find(key, NOW) is None
        store.revoke(key.decode().split("_")[2])
        keyring.refresh()
        assert keyring.find(key, NOW - timedelta(seconds=1)) is None

    @pytest.mark.parametrize(
        "arguments",
        [
            *({"environment": "prod"}, {"scopes": ("root",)}, {"scopes": ()}, {"games": ()}, {"event_types": ()}),
            *({"games": ("chess", games)} for games in ("go,draughts", "go draughts", " go", "")),
        ],
    )
    def test_unusable_keys_are_not_made(self, store: KeyStore, arguments: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match=r"."):
            store.create("a", **arguments)
        assert store.read() == []

    def test_a_rotated_key_and_its_successor_are_in_force_until_the_grace_is_over(self, store: KeyStore) -> None:
        old = store.create("shop", games=("chess",), scopes=("ingest", "read"), event_types=("purchase",))
        new = store.rotate(key_id(old), timedelta(days=7))
        keyring, end = Keyring(store), NOW + timedelta(days=7)

        first, second = (keyring.find(key.encode(), end - timedelta(seconds=1)) for key in (old, new))
        assert first is not None
        assert second is not None
        rights = [(one.name, one.environment, one.games, one.scopes, one.event_types) for one in (first, second)]
        assert rights[0] == rights[1]
        assert (keyring.find(old.encode(), end), keyring.find(new.encode(), end)) == (None, second)

    def test_a_rotation_extends_no_key(self, store: KeyStore) -> None:
        """Neither the old one beyond its own end, nor without a word the new one for ever."""
        end = NOW + timedelta(days=1)
        old = store.create("a", expires_at=end)
        with pytest.raises(ValueError, match="say when the new one does"):
            store.rotate(key_id(old), timedelta(days=7))
        new = store.rotate(key_id(old), timedelta(days=7), end + timedelta(days=30))
        assert Keyring(store).find(old.encode(), end) is None
        assert Keyring(store).find(new.encode(), end + timedelta(days=29)) is not None
        assert Keyring(store).find(new.encode(), end + timedelta(days=30)) is None

    def test_only_a_key_in_force_is_rotated(self, store: KeyStore) -> None:
        revoked, expired = store.create("a"), store.create("b", expires_at=NOW)
        store.revoke(key_id(revoked))
        for key, state in ((revoked, "revoked"), (expired, "expired")):
            with pytest.raises(ValueError, match=state):
                store.rotate(key_id(key), timedelta(days=7), NOW + timedelta(days=9))
        with pytest.raises(KeyError):
            store.rotate("unknown", timedelta(days=7))
        assert len(store.read()) == 2

    def test_keys_are_read_as_they_were_made_oldest_first(self, store: KeyStore) -> None:
        end = NOW + timedelta(days=1)
        store.create("b", environment="test", games=("chess", "go"), scopes=("read", "operate"), expires_at=end)
        store.create("a, the \u0107 'second'", event_types=("install",))
        first, second = store.read()
        assert (first.name, first.environment, first.games, first.scopes) == (
            *("b", "test"),
            *(("chess", "go"), ("read", "operate")),
        )
        assert (first.created_at, first.expires_at, first.revoked_at) == (NOW.isoformat(), end.isoformat(), None)
        assert (second.name, second.event_types, second.expires_at) == ("a, the \u0107 'second'", ("install",), None)

    def test_a_change_that_fails_changes_nothing(self, store: KeyStore) -> None:
        store.create("a")
        stamp, keys = store.stamp(), store.read()
        for attempt in (lambda: store.revoke("unknown"), lambda: store.create("nul\0")):
            with pytest.raises((KeyError, ValueError)):
                attempt()
        assert (store.stamp(), store.read()) == (stamp, keys)

    def test_the_stamp_tells_of_every_change(self, store: KeyStore) -> None:
        stamps = [store.stamp()]
        key = store.create("a")
        stamps.append(store.stamp())
        store.rotate(key_id(key), timedelta(days=1))
        stamps.append(store.stamp())
        store.revoke(key_id(key))
        stamps.append(store.stamp())
        assert len(set(stamps)) == len(stamps)
        assert store.stamp() == stamps[-1]

    def test_a_second_revocation_keeps_the_moment_of_the_first(self, store: KeyStore) -> None:
        key = store.create("a")
        store.revoke(key_id(key))
        first = store.read()
        store.revoke(key_id(key))
        assert store.read() == first

    def test_workers_note_the_hour_and_the_latest_stands(self, store: KeyStore) -> None:
        moment = NOW + timedelta(minutes=59)
        KeyUse(store).note({"a": moment, "b": moment})
        KeyUse(store).note({"a": moment - timedelta(hours=3), "b": moment + timedelta(minutes=1)})
        assert store.used() == {"a": "2026-11-21T05:00Z", "b": "2026-11-21T06:00Z"}
