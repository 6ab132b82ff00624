"""The console in a real browser over a real pipeline: no other site, no error, and usable by everybody.

One server and one browser for all; pictures of every page are taken by the long run, into PICTURES_OF_THE_CONSOLE.
"""

import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import RunningServer, ServerFactory, wait_until
from documents import ROOT
from e2e.browser import BROWSER
from game_events import GameAnalyticsClient, RefusedError
from game_events_api import ledger
from needs_tools import find_tool, missing
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, expect, sync_playwright

pytestmark = pytest.mark.needs("chromium")
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PLACES = ("live", "rejected", "dead-letters", "catalog", "catalog/install", "playground", "health")
FIGURES = ("revenue", "players")
WIDE, PHONE = (1280, 800), (390, 844)
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"


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


@pytest.fixture(scope="module")
def pipeline(start_server: ServerFactory) -> RunningServer:
    return start_server()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=find_tool("chromium"), args=[*BROWSER, ALONE])
        yield launched
        launched.close()


@contextmanager
def signed_in(
    browser: Browser, server: RunningServer, *, size: tuple[int, int] = WIDE, **context: Any
) -> Iterator[Page]:
    """A page of the console; it ends without a fault, or the test fails."""
    made = browser.new_context(viewport={"width": size[0], "height": size[1]}, **context)
    page, heard = made.new_page(), Heard(server.admin_url)
    heard.listen(page)
    page.goto(f"{server.admin_url}/console")
    page.get_by_label("Key").fill(server.key)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#connection")).to_contain_text("Connected")
    yield page
    made.close()
    assert heard.faults == []


def purchase(**fields: Any) -> dict[str, Any]:
    event = {
        "event_id": str(uuid.uuid4()),
        "event_type": "purchase",
        "schema_version": "1-0-0",
        "event_time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "user_id": f"player-{uuid.uuid4().hex[:8]}",
        "session_id": "s-1",
        "game_id": "puzzle-quest",
        "platform": "web",
        "app_version": "9.9.9",
        "environment": "production",
        "product_id": "coins",
        "product_type": "consumable",
        "quantity": 1,
        "price": "4.99",
        "currency": "USD",
        "store": "web_shop",
        "transaction_id": str(uuid.uuid4()),
    }
    return event | fields


def send(server: RunningServer, event: dict[str, Any]) -> str:
    with GameAnalyticsClient(server.url, server.key) as client:
        try:
            return client.send_event(event).status
        except RefusedError:
            return "refused"


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


def test_a_refused_event_appears_by_itself_with_its_reason_at_the_failing_place(
    pipeline: RunningServer, browser: Browser
) -> None:
    event = purchase(price=4.99)
    with signed_in(browser, pipeline) as page:
        assert send(pipeline, event) == "refused"
        row = page.locator("#feed tr", has_text=event["user_id"])
        expect(row).to_be_visible(timeout=3_000)
        expect(row).to_contain_text("price")
        row.locator("a.open").click()
        marked = page.locator(".drawer .l.x")
        expect(marked).to_contain_text('"price": 4.99')
        expect(page.locator(".drawer .say")).to_be_visible()
        assert findings(page) == []
        page.keyboard.press("Escape")
        expect(page.locator(".drawer")).to_have_count(0)
        expect(row.locator("a.open")).to_be_focused()


def test_while_somebody_reads_new_events_wait_and_are_counted(pipeline: RunningServer, browser: Browser) -> None:
    with signed_in(browser, pipeline) as page:
        page.keyboard.press("Space")
        expect(page.locator("#connection")).to_contain_text("Paused")
        event = purchase()
        assert send(pipeline, event) == "accepted"
        expect(page.locator("[data-new]")).to_contain_text("1 new")
        expect(page.locator("#feed")).not_to_contain_text(event["user_id"])
        page.keyboard.press("Space")
        expect(page.locator("#feed")).to_contain_text(event["user_id"])


def test_every_place_is_reached_by_the_keyboard_and_is_usable_by_everybody(
    pipeline: RunningServer, browser: Browser
) -> None:
    with signed_in(browser, pipeline, size=PHONE, color_scheme="dark") as page:
        for key, place in (("r", "rejected"), ("c", "catalog"), ("p", "playground"), ("h", "health"), ("l", "live")):
            page.keyboard.press("g")
            page.keyboard.press(key)
            page.wait_for_url(f"**/console/{place}")
            assert findings(page) == [], place
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{place} scrolls sideways"


@pytest.mark.long
def test_what_was_refused_is_sent_again_and_found_in_revenue(pipeline: RunningServer, browser: Browser) -> None:
    from game_events_warehouse.build import build

    refused = [purchase(promotion_id="black-friday", product_id="refused_coins") for _ in range(3)]
    assert [send(pipeline, event) for event in refused] == ["refused"] * 3
    with signed_in(browser, pipeline) as page:
        page.goto(f"{pipeline.admin_url}/console/rejected")
        page.get_by_role("link", name="promotion_id is no field of purchase 1-0-0").click()
        page.get_by_label("Judge again as").select_option("1-1-0")
        page.get_by_role("button", name="Dry run").click()
        expect(page.get_by_role("status")).to_contain_text("3 of 3 would pass as purchase 1-1-0")
        page.get_by_role("button", name="Replay 3 events…").click()
        page.locator("dialog[open]").get_by_role("button", name="Replay 3 events").click()
        expect(page.get_by_role("status")).to_contain_text("3 of 3 were sent again")
        wait_until(lambda: ledger.waiting(pipeline.data_dir) == 0, 30.0, lambda: pipeline.log)
        database = pipeline.data_dir / "warehouse" / "warehouse.duckdb"
        build(lake=str(pipeline.data_dir / "lake"), database=database)
        page.goto(f"{pipeline.admin_url}/console/revenue")
        expect(page.locator("#c-revenue_by_product")).to_contain_text("14.97")
        expect(page.locator("#c-revenue_by_day svg").first).to_be_visible()


@pytest.mark.long
@pytest.mark.parametrize("size", [WIDE, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_at_every_size_is_whole(
    pipeline: RunningServer, browser: Browser, tmp_path: Path, size: tuple[int, int], scheme: str
) -> None:
    """Runs behind the journey, so that there is a warehouse to show."""
    pictures = Path(os.environ.get("PICTURES_OF_THE_CONSOLE", tmp_path))
    with signed_in(browser, pipeline, size=size, color_scheme=scheme) as page:
        for place in (*PLACES, *FIGURES):
            page.goto(f"{pipeline.admin_url}/console/{place}")
            page.wait_for_timeout(300)  # the charts' pictures; nothing is asserted of them
            page.screenshot(path=pictures / f"{place.replace('/', '-')}-{scheme}-{size[0]}.png")
            assert findings(page) == [], place
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{place} scrolls sideways"
