"""The console in a real browser over a real pipeline: no other site, no error, and usable by everybody.

One server and one browser for all; pictures of every page are taken by the long run, into PICTURES_OF_THE_CONSOLE.
"""

import os
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import RunningServer, ServerFactory, wait_until
from e2e.browser import PHONE, WIDE, findings, signed_in
from game_events import GameAnalyticsClient, RefusedError
from game_events_api import ledger
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = pytest.mark.needs("chromium")
PLACES = ("live", "rejected", "dead-letters", "catalog", "catalog/install", "playground", "health")
FIGURES = ("revenue", "players")


@pytest.fixture(scope="module")
def pipeline(start_server: ServerFactory) -> RunningServer:
    return start_server()


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


def build_warehouse(server: RunningServer) -> None:
    """Of all that the server was sent."""
    from game_events_warehouse.build import build

    wait_until(lambda: ledger.waiting(server.data_dir) == 0, 30.0, lambda: server.log)
    build(lake=str(server.data_dir / "lake"), database=server.data_dir / "warehouse" / "warehouse.duckdb")


def typed(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def reach(page: Page, target: Locator) -> None:
    """By Tab, as somebody without a mouse does."""
    expect(target).to_be_visible()
    for _ in range(150):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {target}")


def press(page: Page, target: Locator) -> None:
    reach(page, target)
    page.keyboard.press("Enter")


def test_a_refused_event_appears_by_itself_with_its_reason_at_the_failing_place(
    pipeline: RunningServer, browser: Browser
) -> None:
    event = purchase(price=4.99)
    with signed_in(browser, pipeline.admin_url, pipeline.key) as page:
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
    with signed_in(browser, pipeline.admin_url, pipeline.key) as page:
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
    with signed_in(browser, pipeline.admin_url, pipeline.key, size=PHONE, color_scheme="dark") as page:
        for key, place in (("r", "rejected"), ("c", "catalog"), ("p", "playground"), ("h", "health"), ("l", "live")):
            page.keyboard.press("g")
            page.keyboard.press(key)
            page.wait_for_url(f"**/console/{place}")
            assert findings(page) == [], place
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{place} scrolls sideways"


@pytest.mark.long
def test_by_keys_alone_what_was_refused_is_sent_again_and_found_in_revenue(
    pipeline: RunningServer, browser: Browser
) -> None:
    refused = [purchase(promotion_id="black-friday", product_id="refused_coins") for _ in range(3)]
    assert [send(pipeline, event) for event in refused] == ["refused"] * 3
    with signed_in(browser, pipeline.admin_url, pipeline.key) as page:
        typed(page, "g", "r")
        page.wait_for_url("**/console/rejected")
        press(page, page.get_by_role("link", name="promotion_id is no field of purchase 1-0-0"))
        version = page.get_by_label("Judge again as")
        reach(page, version)
        for _ in range(10):
            if version.input_value() != "1-1-0":
                page.keyboard.press("ArrowDown")
        press(page, page.get_by_role("button", name="Dry run"))
        expect(page.get_by_role("status")).to_contain_text("3 of 3 would pass as purchase 1-1-0")
        press(page, page.get_by_role("button", name="Replay 3 events…"))
        press(page, page.locator("dialog[open]").get_by_role("button", name="Replay 3 events"))
        expect(page.get_by_role("status")).to_contain_text("3 of 3 were sent again")
        build_warehouse(pipeline)
        typed(page, "g", "v")
        page.wait_for_url("**/console/revenue")
        expect(page.locator("#c-revenue_by_product")).to_contain_text("14.97")
        expect(page.locator("#c-revenue_by_day svg").first).to_be_visible()
        table = page.locator("#c-revenue_by_day table")
        typed(page, "t")
        expect(table).to_be_visible()
        press(page, page.locator("#c-revenue_by_day [data-open]"))
        expect(page.locator("dialog[open] pre")).to_contain_text("select")
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)


@pytest.mark.long
@pytest.mark.parametrize("size", [WIDE, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_at_every_size_is_whole(
    pipeline: RunningServer, browser: Browser, tmp_path: Path, size: tuple[int, int], scheme: str
) -> None:
    if not (pipeline.data_dir / "warehouse").exists():  # alone, and not behind the journey
        assert send(pipeline, purchase()) == "accepted"
        assert send(pipeline, purchase(price=4.99)) == "refused"
        build_warehouse(pipeline)
    pictures = Path(os.environ.get("PICTURES_OF_THE_CONSOLE", tmp_path))
    with signed_in(browser, pipeline.admin_url, pipeline.key, size=size, color_scheme=scheme) as page:
        for place in (*PLACES, *FIGURES):
            page.goto(f"{pipeline.admin_url}/console/{place}")
            page.wait_for_timeout(300)  # the charts' pictures; nothing is asserted of them
            page.screenshot(path=pictures / f"{place.replace('/', '-')}-{scheme}-{size[0]}.png")
            for chart in page.locator("[data-chart]").all():
                beside = chart.locator("xpath=ancestor::figure//table")
                assert beside.locator("tbody tr").count() > 0, f"{place}: a chart without its table"
            assert findings(page) == [], place
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{place} scrolls sideways"


def test_an_event_is_tried_out_corrected_and_sent_as_a_test(pipeline: RunningServer, browser: Browser) -> None:
    with signed_in(browser, pipeline.admin_url, pipeline.key) as page:
        page.goto(f"{pipeline.admin_url}/console/playground")
        page.get_by_label("Event type").select_option("purchase")
        page.wait_for_url("**type=purchase**")
        page.get_by_label("Start from").select_option("1-1-0/price-number")
        page.wait_for_url("**price-number**")
        document = page.get_by_label("Events as JSON")
        document.press("Control+Enter")
        expect(page.locator(".l.x")).to_contain_text('"price": 4.99')
        expect(page.get_by_role("button", name="Send as a test event")).to_be_disabled()
        document.fill(document.input_value().replace("4.99", '"4.99"'))
        press(page, page.get_by_role("button", name="Judge"))
        press(page, page.get_by_role("button", name="Send as a test event"))
        expect(page.get_by_role("status")).to_contain_text("1 of 1 accepted as a test")
        assert findings(page) == []
        page.get_by_role("status").get_by_role("link").click()
        expect(page.locator("main")).to_contain_text('"sandbox"')
