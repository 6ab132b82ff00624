"""When keys were last used: to the hour, of all workers, and never in a request's way."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from game_events_api.admission.key_file import KeyFile
from game_events_api.admission.key_use import KeyUse
from game_events_api.admission.keyring import Keyring

NOW = datetime(2026, 11, 21, 5, 59, tzinfo=UTC)


def test_only_a_key_that_was_let_in_was_used(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys.json", now=lambda: NOW)
    used, expired, idle = file.create("a"), file.create("b", expires_at=NOW), file.create("c")
    keyring = Keyring(file)
    for key in (used, expired, idle[:-1]):
        keyring.find(key.encode(), NOW)
    assert keyring.used == {used.split("_")[2]: NOW}


def test_within_the_hour_nothing_is_written_again(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys.json")
    use = KeyUse(file)
    use.note({})
    assert not file.used_path.exists()
    use.note({"a": NOW - timedelta(minutes=9)})
    file.used_path.unlink()
    use.note({"a": NOW})
    assert not file.used_path.exists()
    use.note({"a": NOW + timedelta(minutes=1)})
    assert file.used() == {"a": "2026-11-21T06:00Z"}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"hours": 1}', '{"hours": {"a": 1}}', '{"hours": []}'])
def test_a_damaged_file_says_nothing_and_is_written_anew(tmp_path: Path, text: str) -> None:
    file = KeyFile(tmp_path / "keys.json")
    use = KeyUse(file)
    file.used_path.write_text(text)
    assert file.used() == {}
    use.note({"a": NOW})
    assert file.used() == {"a": "2026-11-21T05:00Z"}


def test_what_cannot_be_written_is_told_and_waits_for_the_next_time(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = KeyFile(tmp_path / "keys.json")
    use = KeyUse(file)
    file.used_path.mkdir()
    use.note({"a": NOW})
    assert "cannot be written" in caplog.text
    file.used_path.rmdir()
    use.note({"a": NOW})
    assert file.used() == {"a": "2026-11-21T05:00Z"}
