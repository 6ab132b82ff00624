"""The settings, and the page that lists them."""

import re
from pathlib import Path

import pytest
from game_events_api.settings import Settings
from pydantic import ValidationError

PAGE = Path(__file__).resolve().parents[3] / "docs" / "edge.md"


def test_the_page_lists_every_setting_with_its_default() -> None:
    listed = dict(re.findall(r"^\| (\w+) \| (\S+) \|", PAGE.read_text(), re.MULTILINE))
    del listed["setting"]
    assert listed == {name: str(field.default) for name, field in Settings.model_fields.items()}


def test_the_environment_sets_every_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAME_EVENTS_MAX_BODY_BYTES", "1000")
    monkeypatch.setenv("GAME_EVENTS_DATA_DIR", "/elsewhere")
    settings = Settings()
    assert (settings.max_body_bytes, settings.data_dir) == (1000, Path("/elsewhere"))


def test_a_budget_no_body_would_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAME_EVENTS_MAX_DECOMPRESSED_BYTES", str(65 << 20))
    with pytest.raises(ValidationError, match="could never pass"):
        Settings()
    monkeypatch.setenv("GAME_EVENTS_MAX_IN_FLIGHT_BYTES", str(65 << 20))
    assert Settings().max_in_flight_bytes == 65 << 20


@pytest.mark.parametrize(
    "name", ["max_body_bytes", "header_seconds", "workers", "events_per_second", "max_connections"]
)
def test_a_limit_of_nothing_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"GAME_EVENTS_{name.upper()}", "0")
    with pytest.raises(ValidationError, match=name):
        Settings()
