"""The settings, and the page that lists them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from game_events_api.delivery.settings import DeliverySettings
from game_events_api.settings import Settings
from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGES = [(Settings, "edge.md"), (DeliverySettings, "delivery.md")]
OTHERS = {"sink": "firehose", "redis_url": "redis://elsewhere", "max_in_flight_bytes": str(1 << 40)}
"""Values of settings that take only some."""


@pytest.mark.parametrize(("settings", "page"), PAGES)
def test_the_page_lists_every_setting_with_its_default(settings: type[BaseSettings], page: str) -> None:
    table = (DOCS / page).read_text().partition("| setting | default |")[2].partition("\n\n")[0]
    listed = dict(re.findall(r"^\| (\w+) \| (\S+) \|", table, re.MULTILINE))
    assert listed == {name: str(field.default) for name, field in settings.model_fields.items()}


def other_than(name: str, default: object) -> str:
    if name in OTHERS:
        return OTHERS[name]
    return str(default + 1) if isinstance(default, int | float) else "elsewhere"


@pytest.mark.parametrize("settings", [Settings, DeliverySettings])
def test_the_environment_sets_every_field(settings: type[BaseSettings], monkeypatch: pytest.MonkeyPatch) -> None:
    fields = settings.model_fields
    values = {name: other_than(name, field.default) for name, field in fields.items()}
    for name, value in values.items():
        monkeypatch.setenv(f"GAME_EVENTS_{name.upper()}", value)
    found = {name: getattr(settings(), name) for name in fields}
    assert {name: written(value) for name, value in found.items()} == values


def written(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


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


@pytest.mark.parametrize(
    ("module", "variable"),
    [
        ("game_events_api.process.worker", "GAME_EVENTS_PORT"),
        ("game_events_api.delivery", "GAME_EVENTS_LINGER_SECONDS"),
    ],
)
def test_a_process_with_unusable_settings_ends_with_2_and_one_line_of_json(module: str, variable: str) -> None:
    environment = {**os.environ, variable: "many"}

    ended = subprocess.run([sys.executable, "-m", module], env=environment, stderr=subprocess.PIPE, timeout=60)

    assert ended.returncode == 2
    (line,) = ended.stderr.splitlines()
    assert variable.removeprefix("GAME_EVENTS_").lower() in json.loads(line)["event"]


def test_a_worker_does_not_start_with_a_damaged_key_file(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{")
    environment = {**os.environ, "GAME_EVENTS_DATA_DIR": str(tmp_path), "GAME_EVENTS_PORT": "0"}

    command = [sys.executable, "-m", "game_events_api.process.worker"]
    ended = subprocess.run(command, env=environment, stderr=subprocess.PIPE, timeout=60)

    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert "keys.json" in json.loads(line)["error"]
