"""One browser for the pages of a module."""

from collections.abc import Iterator

import pytest
from e2e.browser import ALONE, BROWSER
from needs_tools import find_tool
from playwright.sync_api import Browser, sync_playwright


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=find_tool("chromium"), args=[*BROWSER, ALONE])
        yield launched
        launched.close()
