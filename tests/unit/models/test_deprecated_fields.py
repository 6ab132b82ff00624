"""Whoever gives an event a deprecated field is warned, in their own line of code; the event is made nevertheless."""

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from game_events_models import contract
from game_events_models.install.v2_0_0 import InstallEvent
from game_events_models.judged import FieldDeprecated, _judge_of

SAID = {"/campaign": {"deprecated": "1-1-0"}, "/device/model": {"deprecated": "2-0-0", "x-pii": "device_id"}}


@pytest.fixture(autouse=True)
def deprecated_fields(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(contract, "annotations", lambda event_type, version, package=None: SAID)
    _judge_of.cache_clear()
    yield
    _judge_of.cache_clear()


def example(**fields: Any) -> dict[str, Any]:
    event = contract.schema("install", "2-0-0")["examples"][0]
    return {name: value for name, value in event.items() if name not in ("campaign", "device")} | fields


def warned(event: dict[str, Any]) -> list[warnings.WarningMessage]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        InstallEvent(**event)
        InstallEvent.model_validate(event)
    return caught


def test_only_events_that_have_the_field_warn() -> None:
    assert warned(example()) == []
    assert warned(example(device={"os": "Android"})) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"campaign": "spring"}, "install: campaign is deprecated since 1-1-0"),
        ({"device": {"model": "Pixel"}}, "install: device/model is deprecated since 2-0-0"),
    ],
)
def test_the_warning_names_the_field_and_the_line_that_gave_it(fields: dict[str, Any], said: str) -> None:
    caught = warned(example(**fields))
    assert [str(one.message).startswith(said) for one in caught] == [True, True]
    assert {one.category for one in caught} == {FieldDeprecated}
    assert {one.filename for one in caught} == {__file__}


def test_personal_data_is_listed_by_pointer() -> None:
    assert contract.personal_data("install", "2-0-0") == {"/device/model": "device_id"}
