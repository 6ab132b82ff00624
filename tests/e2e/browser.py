"""Debian's Chromium, headless, as the tests start it, and what they listen to and look for in a page."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from documents import ROOT
from needs_tools import find_tool, missing
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, expect

BROWSER = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
)
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
"""It reaches no other machine."""
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDE, PHONE = (1280, 800), (390, 844)
PATIENCE_MS = 30_000
"""Until a page is connected, on a machine that does much else."""


def shown(url: str, profile: Path) -> str:
    """The document of a page as it is once its scripts have run, without a network."""
    command = [str(find_tool("chromium")), *BROWSER, ALONE, f"--user-data-dir={profile}"]
    return subprocess.run(
        [*command, "--virtual-time-budget=20000", "--dump-dom", url],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout


@dataclass
class Heard:
    """What must stay empty: messages of the console, requests to another site, answers that failed."""

    of: str
    faults: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", self._failed)
        page.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(message.text)

    def _failed(self, error: Error) -> None:
        self.faults.append(str(error))

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.of, "data:")):
            self.faults.append(request.url)


@contextmanager
def signed_in(browser: Browser, url: str, key: str, *, size: tuple[int, int] = WIDE, **context: Any) -> Iterator[Page]:
    """A page of the console; it ends without a fault, or the test fails."""
    made = browser.new_context(viewport={"width": size[0], "height": size[1]}, **context)
    page, heard = made.new_page(), Heard(url)
    heard.listen(page)
    page.goto(f"{url}/console")
    expect(page.get_by_label("Key")).to_be_focused()
    page.keyboard.type(key)
    page.keyboard.press("Enter")
    expect(page.locator("#connection")).to_contain_text("Connected", timeout=PATIENCE_MS)
    yield page
    made.close()
    assert heard.faults == []


def findings(page: Page) -> list[str]:
    """What axe has to say of the page; it is evaluated from outside, for the policy lets no foreign script in."""
    if not AXE.exists():
        missing("axe-core is not installed; `npm install --ignore-scripts` to run this test")
    session = page.context.new_cdp_session(page)
    run = f"{AXE.read_text()};axe.run({{runOnly: {json.dumps(RULES)}}})"
    told = ".then(found => JSON.stringify(found.violations.map(one => one.id + ' ' + one.nodes[0].html)))"
    result = session.send("Runtime.evaluate", {"expression": run + told, "awaitPromise": True})["result"]
    found: list[str] = json.loads(result["value"])
    return found
