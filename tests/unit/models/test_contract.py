"""`game_events_models.contract`: what the server reads of the contract."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from game_events_contract.repository import SchemaRepository
from game_events_models import EVENTS, contract
from game_events_models.install.v2_0_0 import InstallEvent
from game_events_models.optional import ABSENT


def test_versions_are_those_of_the_repository_oldest_first() -> None:
    published = {
        event_type: tuple(str(file.version) for file in files)
        for event_type, files in SchemaRepository().events.items()
    }
    assert contract.versions() == published
    assert {event_type: tuple(models) for event_type, models in EVENTS.items()} == published


def test_an_unpublished_version_is_a_key_error() -> None:
    for event_type, version in (("install", "9-0-0"), ("session", "1-0-0"), ("../versions", "")):
        with pytest.raises(KeyError):
            contract.schema(event_type, version)


def test_a_package_of_before_there_were_examples_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "events_of_old" / "documents").mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path)
    assert contract.examples("install")
    with monkeypatch.context() as patched:
        patched.setattr(contract, "events_package", lambda: "events_of_old")
        contract.examples.cache_clear()
        assert contract.examples("install") == []
    contract.examples.cache_clear()


def test_documents_are_parsed_once() -> None:
    assert contract.schema("install", "1-0-0") is contract.schema("install", "1-0-0")
    assert contract.openapi() is contract.openapi()


def test_a_superseded_version_is_judged_by_its_successor_under_its_own_name() -> None:
    published, judging = contract.schema("install", "1-0-1"), contract.judging_schema("install", "1-0-1")
    assert published["properties"]["click_id"]["maxLength"] == 32
    assert judging["properties"]["click_id"]["maxLength"] == 128
    assert judging["properties"]["schema_version"]["const"] == "1-0-1"
    assert contract.schema("install", "1-0-2")["properties"]["schema_version"]["const"] == "1-0-2"


def test_a_version_is_deprecated_and_then_retired_by_the_clock() -> None:
    lifecycle = contract.lifecycle("install", "1-0-1")
    assert lifecycle.superseded_by == "1-0-2"
    before, between, after = (datetime(year, 11, 15, tzinfo=UTC) for year in (2025, 2026, 2028))
    assert [lifecycle.is_deprecated(now) for now in (before, between, after)] == [False, True, True]
    assert [lifecycle.is_retired(now) for now in (before, between, after)] == [False, False, True]
    default = contract.lifecycle("install", contract.default_version("install"))
    assert default.default
    assert not default.is_retired(after)
    assert not lifecycle.default


def test_an_absent_field_reads_as_absent_and_models_are_frozen() -> None:
    event = InstallEvent.model_validate(contract.schema("install", "2-0-0")["examples"][0])
    assert event.referrer_source is ABSENT
    assert event.campaign is not ABSENT
    with pytest.raises(ValueError, match="frozen"):
        event.campaign = "other"  # type: ignore[misc]
