"""Keys in a file: what is promised of any store, and of a file in particular."""

import json
import stat
from pathlib import Path

import pytest
from game_events_api.admission.key_file import KeyFile
from game_events_api.admission.keyring import Keyring
from game_events_api.errors import FileDamaged
from key_store_promises import NOW, KeyStorePromises


@pytest.fixture
def key_file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "keys.json", now=lambda: NOW)


class TestKeyFile(KeyStorePromises):
    @pytest.fixture
    def store(self, key_file: KeyFile) -> KeyFile:
        return key_file


def test_its_owner_alone_reads_it_and_no_secret_is_in_it(key_file: KeyFile) -> None:
    key = key_file.create("ci")
    assert key.split("_")[3] not in key_file.path.read_text()
    assert stat.S_IMODE(key_file.path.stat().st_mode) == 0o600


def test_a_key_file_that_vanishes_refuses_every_key(key_file: KeyFile) -> None:
    key = key_file.create("a")
    keyring = Keyring(key_file)
    key_file.path.unlink()
    keyring.refresh()
    assert keyring.find(key.encode(), NOW) is None


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
