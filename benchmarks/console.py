"""What the console costs who looks, and what it costs the events: benchmarks/console.py --quick

Pages: a folder of 20,000 events is filled through delivery's own lake sink and built as any warehouse. Each try starts
the server's process and a browser anew. Beside it, in the same run, the floor: the same new browser opens `/health`, a
few bytes of JSON of the same process. With --events 1000000 the same on a large folder.

Viewers: one worker has a core to itself. Rounds with and without 20 viewers of the live stream alternate, first at full
load, then at half of it; CPU time is the worker's by /proc, so that other work on the machine moves it little.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from console_folder import made
from console_viewers import cost_of_viewers
from edge_processes import cpu_seconds, free_port
from game_events_cli.console import Open, opened
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
TRIES = 3
PLACES = ("rejected", "catalog", "playground", "health", "revenue", "players", "live")
PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
LIMITS = {"rows_s": 1.0, "slowest_page_s": 0.5, "kilobytes": 100.0, "cpu_ratio": 1.02, "p99_ratio": 1.2}


class Traffic:
    """What came over the wire, of whatever kind."""

    def __init__(self, session: CDPSession) -> None:
        self.bytes, self.requests = 0, 0
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._came)

    def _asked(self, _: Mapping[str, object]) -> None:
        self.requests += 1

    def _came(self, said: Mapping[str, float]) -> None:
        self.bytes += int(said["encodedDataLength"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="three rounds of 4 s instead of nine of 8 s")
    parser.add_argument("--events", type=int, default=20_000, help="how many the folder holds")
    parser.add_argument(
        "--folder", type=Path, help="where it is made, and kept; one that is there is looked at as it is"
    )
    parser.add_argument("--only", choices=("pages", "viewers"))
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    arguments = parser.parse_args()
    print(f"load average before: {os.getloadavg()[0]:.1f}", file=sys.stderr)
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="console-benchmark-") as scratch:
        if arguments.only != "viewers":
            figures |= pages(made(arguments.folder or Path(scratch) / "data", arguments.events))
        if arguments.only != "pages":
            rounds, seconds = (3, 4.0) if arguments.quick else (9, 8.0)
            figures |= cost_of_viewers(Path(scratch), rounds, seconds)
    for name, value in figures.items():
        limit = f"   at most {LIMITS[name]:g}" if name in LIMITS else ""
        print(f"{name:>24}  {value:,.3f}{limit}")
    if arguments.json:
        print(json.dumps(figures))
    return 0


def pages(folder: Path) -> dict[str, float]:
    """Medians of TRIES, each with a new process and a new browser."""
    tries = []
    with sync_playwright() as playwright:
        for _ in range(TRIES):
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            with opened(folder, free_port()) as shown:
                tries.append(_one_try(browser, shown))
            browser.close()
    return {name: statistics.median(one[name] for one in tries) for name in tries[0]}


def _one_try(browser: Browser, shown: Open) -> dict[str, float]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    floor = _seconds(page, shown.url.removesuffix("/console") + "/health", "body")
    context.request.post(f"{shown.url}/sign-in", form={"key": shown.key, "to": ""})
    traffic = Traffic(context.new_cdp_session(page))
    before = cpu_seconds(shown.process.pid)
    rows = _seconds(page, f"{shown.url}/live", "#feed tr")
    figures = {"floor_s": floor, "rows_s": rows, "rows_to_floor": rows / floor}
    figures |= {"rows_cpu_s": cpu_seconds(shown.process.pid) - before}
    page.wait_for_load_state("load")
    figures |= {"kilobytes": traffic.bytes / 1000, "requests": float(traffic.requests)}
    before = cpu_seconds(shown.process.pid)
    changes = {place: _change(page, place) for place in PLACES}
    figures |= {f"{place}_s": seconds for place, seconds in changes.items()}
    figures |= {"slowest_page_s": max(changes.values()), "page_s": statistics.median(changes.values())}
    figures["pages_cpu_s"] = cpu_seconds(shown.process.pid) - before
    began = time.perf_counter()
    page.locator("#feed a.open").first.click()
    page.wait_for_selector(".drawer")
    figures["drawer_s"] = time.perf_counter() - began
    return figures


def _seconds(page: Page, url: str, ready: str) -> float:
    began = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_selector(ready, state="attached")
    page.evaluate(PAINTED)
    return time.perf_counter() - began


def _change(page: Page, place: str) -> float:
    """From the click to the page with its pictures drawn."""
    began = time.perf_counter()
    page.locator(f'.rail a[href^="/console/{place}"]').first.click()
    page.wait_for_url(f"**/console/{place}*", wait_until="domcontentloaded")
    page.wait_for_selector("main h1")
    page.evaluate(PAINTED)
    return time.perf_counter() - began


if __name__ == "__main__":
    raise SystemExit(main())
