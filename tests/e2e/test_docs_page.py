"""The documentation page in a real browser that reaches no other machine."""

from pathlib import Path

import pytest
from conftest import RunningServer
from e2e.browser import findings, shown
from playwright.sync_api import Browser

pytestmark = pytest.mark.needs("chromium")


def test_the_page_shows_every_operation_without_a_network(server: RunningServer, tmp_path: Path) -> None:
    page = shown(f"{server.url}/docs", tmp_path)
    for operation in ("sendEventBatch", "getReadiness", "listDeadLetters"):
        assert operation in page, page[:2000]


@pytest.mark.long
def test_everybody_can_use_the_page(server: RunningServer, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{server.url}/docs")
    page.wait_for_selector("#operations-events-sendEventBatch")
    assert findings(page) == []
