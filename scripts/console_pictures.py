"""Take the pictures of the console that docs/console.md shows, of a data folder that the demo played into.

uv run game-events demo --data-dir /tmp/demo
uv run --group dev python scripts/console_pictures.py /tmp/demo
"""

import sys
from pathlib import Path

from game_events_cli.console import opened
from playwright.sync_api import sync_playwright

TARGET = Path(__file__).resolve().parent.parent / "docs" / "pictures"
PORT = 8099
CHROMIUM = "/usr/bin/chromium"
PICTURES = (
    ("live", "light", (1280, 800)),
    ("rejected", "dark", (1280, 800)),
    ("revenue", "light", (1280, 800)),
    ("catalog/install", "light", (1280, 800)),
    ("playground", "dark", (1280, 800)),
    ("players", "light", (1280, 800)),
    ("health", "dark", (1280, 800)),
)
"""Page, colours, size in CSS pixels."""


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    with opened(Path(sys.argv[1]).resolve(), PORT) as shown, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for place, colours, (width, height) in PICTURES:
            page = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=colours,  # type: ignore[arg-type] # light or dark
            ).new_page()
            page.goto(f"{shown.url}/sign-in")
            page.fill("input[name=key]", shown.key)
            page.press("input[name=key]", "Enter")
            page.wait_for_url("**/console/live*")
            page.goto(f"{shown.url}/{place}")
            page.wait_for_timeout(1000)  # until charts are drawn
            page.screenshot(path=TARGET / f"{place.replace('/', '-')}-{colours}.png")
        browser.close()


if __name__ == "__main__":
    main()
