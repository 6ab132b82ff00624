"""The tutorial as a newcomer has it: from a clone to the own event on the Live page and the own field in a chart."""

import os
import sys
import time
from pathlib import Path

import pytest
from conftest import wait_until
from documents import ROOT, run_here
from e2e.browser import PATIENCE_MS, signed_in
from game_events_api import ledger
from integration.terminal import Terminal
from integration.test_tutorial import ASK, CHART, INIT, KEY, LOOK, NEW, PUBLISH, SEND, SERVE
from playwright.sync_api import Browser, expect

(GET,) = run_here(__file__, "docs/tutorial.md", "bash")


@pytest.mark.long
@pytest.mark.needs("chromium")
@pytest.mark.needs("git")
@pytest.mark.needs("index")
def test_ten_minutes_lead_from_a_clone_to_the_own_field_in_a_chart(
    tmp_path: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPOSITORY", f"file://{ROOT}")
    empty = tmp_path / "empty"
    empty.mkdir()
    studio = empty / "my-studio"
    terminal = Terminal(empty, Path(sys.base_prefix) / "bin", tmp_path)
    began, took = time.monotonic(), os.times()
    terminal.run(f"python3 -m venv pip\nexport PATH=$PWD/pip/bin:$PATH\n{GET}")
    got = time.monotonic()
    for step in (INIT, NEW, PUBLISH, KEY):
        terminal.run(step)
    looking = terminal.run(LOOK).strip()
    with (
        terminal.serving(SERVE, studio / "data"),
        signed_in(browser, terminal.admin_url, looking) as page,
    ):
        assert terminal.run(SEND) == "accepted\n"
        expect(page.locator("#feed tr", has_text="currency_spent")).to_be_visible(timeout=PATIENCE_MS)
        wait_until(lambda: ledger.waiting(studio / "data") == 0, 60.0)
        assert "wooden_sword" in terminal.run(ASK)
        terminal.run(CHART)
        page.goto(f"{terminal.admin_url}/console/q/spending")
        expect(page.locator("svg").get_by_text("wooden_sword").first).to_be_visible(timeout=PATIENCE_MS)
        expect(page.locator("table")).to_contain_text("250")
        minutes, spent = (time.monotonic() - began) / 60, sum(os.times()[:4]) - sum(took[:4])
        print(
            f"clone and install {(got - began) / 60:.1f} min, all {minutes:.1f} min, {spent:.0f} s of the processor's"
        )
        assert minutes < 10, "the page says ten minutes"
