"""The documentation as a site: built strictly, read in a real browser that reaches no other machine."""

import contextlib
import http.server
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Literal

import pytest
from documents import ROOT
from e2e.browser import findings, shown
from playwright.sync_api import Browser

SITE = ROOT / "build" / "site"
COLOURFUL = ("site", "python", "http", "architecture", "sdk")
"""Pages that between them have every colour of the theme: looked at in the dark too."""
LOADED = re.compile(r"<(?:script|link|img|iframe)[^>]*?(?:src|href)=\"?((?:https?:)?//[^\" >]+)")


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.long
@pytest.mark.needs("index")
@pytest.mark.needs("chromium")
@pytest.mark.needs("redocly")  # that is: npm's packages are installed
def test_the_site_is_built_asks_no_other_site_and_can_be_used_by_everybody(tmp_path: Path, browser: Browser) -> None:
    built = subprocess.run(
        [sys.executable, ROOT / "scripts" / "docs_site.py"], capture_output=True, text=True, timeout=300, check=False
    )
    assert built.returncode == 0, built.stdout + built.stderr
    pages = list(SITE.rglob("*.html"))
    assert len(pages) > 80
    told = {str(one.relative_to(SITE)): LOADED.findall(one.read_text(encoding="utf-8")) for one in pages}
    assert {name: sites for name, sites in told.items() if sites} == {}
    assert "send_purchase_event" in (SITE / "reference" / "python" / "index.html").read_text(encoding="utf-8")
    with served(SITE) as url:
        page = shown(f"{url}/docs/architecture/", tmp_path)
        kept_from = {}
        looks: list[tuple[Literal["light", "dark"], list[Path]]] = [
            ("light", pages),
            ("dark", [one for one in pages if one.parent.name in COLOURFUL]),
        ]
        for scheme, read in looks:
            reading = browser.new_page(color_scheme=scheme)
            for place in read:
                reading.goto(f"{url}/{place.parent.relative_to(SITE)}/")
                reading.wait_for_function("!document.querySelector('pre.mermaid')")  # it is drawn
                if found := findings(reading):
                    kept_from[f"{scheme} {place.parent.relative_to(SITE)}"] = found
            reading.close()
        assert kept_from == {}
    assert page.count('<div class="mermaid"') == (ROOT / "docs" / "architecture.md").read_text().count("```mermaid")
    assert "search" in page
