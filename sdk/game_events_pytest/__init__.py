"""The fixture that pytest finds by itself. Nothing of the SDK is loaded until a test asks for it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from game_events.testing import Captured


@pytest.fixture
def capture_events(monkeypatch: pytest.MonkeyPatch) -> "Iterator[Captured]":
    """Whatever a client is given in this test is captured and sent nowhere; `capture_events.events` are dicts.

    GAME_EVENTS_URL and GAME_EVENTS_API_KEY are set, so that code can make its own client.
    """
    from game_events import testing

    monkeypatch.setenv("GAME_EVENTS_URL", testing.URL)
    monkeypatch.setenv("GAME_EVENTS_API_KEY", testing.KEY)
    with testing.capture() as captured:
        yield captured
