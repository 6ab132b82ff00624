"""When keys were last used: to the hour, of all workers, and never in a request's way."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from game_events_api.admission.key_use import KeyUse
from game_events_api.admission.keys import KeyFile, Keyring

NOW = datetime(2026, 11, 21, 5, 59, tzinfo=UTC)


def test_only_a_key_that_was_let_in_was_used(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys.json", now=lambda: NOW)
    used, expired, idle = file.create("a"), file.create("b", expires_at=NOW), file.create("c")
    keyring = Keyring(file)
    for key in (used, expired, idle[:-1]):
        keyring.find(key.encode(), NOW)
    assert keyring.used == {used.split("_")[2]: NOW}


def test_workers_note_the_hour_and_the_latest_stands(tmp_path: Path) -> None:
    one, two = KeyUse(tmp_path), KeyUse(tmp_path)
    one.note({"a": NOW, "b": NOW})
    two.note({"a": NOW - timedelta(hours=3), "b": NOW + timedelta(minutes=1)})
    assert KeyUse(tmp_path).read() == {"a": "2026-11-21T05:00Z", "b": "2026-11-21T06:00Z"}
    assert one.path.stat().st_mode & 0o777 == 0o600


def test_within_the_hour_nothing_is_written_again(tmp_path: Path) -> None:
    use = KeyUse(tmp_path)
    use.note({})
    assert not use.path.exists()
    use.note({"a": NOW - timedelta(minutes=9)})
    use.path.unlink()
    use.note({"a": NOW})
    assert not use.path.exists()
    use.note({"a": NOW + timedelta(minutes=1)})
    assert use.read() == {"a": "2026-11-21T06:00Z"}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"hours": 1}', '{"hours": {"a": 1}}', '{"hours": []}'])
def test_a_damaged_file_says_nothing_and_is_written_anew(tmp_path: Path, text: str) -> None:
    use = KeyUse(tmp_path)
    use.path.write_text(text)
    assert use.read() == {}
    use.note({"a": NOW})
    assert use.read() == {"a": "2026-11-21T05:00Z"}


def test_what_cannot_be_written_is_told_and_waits_for_the_next_time(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    use = KeyUse(tmp_path)
    use.path.mkdir()
    use.note({"a": NOW})
    assert "cannot be written" in caplog.text
    use.path.rmdir()
    use.note({"a": NOW})
    assert use.read() == {"a": "2026-11-21T05:00Z"}
