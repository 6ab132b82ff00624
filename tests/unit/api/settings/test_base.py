"""Every setting says what it is, in which unit."""

import pytest
from game_events_api.settings import DeliverySettings, Settings

UNITS = ("byte", "calls", "connections", "event", "games", "port", "processes", "requests", "second")
FIELDS = {**Settings.model_fields, **DeliverySettings.model_fields}


@pytest.mark.parametrize("name", FIELDS)
def test_a_setting_is_described_and_a_number_has_its_unit(name: str) -> None:
    description = FIELDS[name].description
    assert description
    assert description.endswith(".")
    if FIELDS[name].annotation in (int, float):
        assert any(unit in description.lower() for unit in UNITS), description
