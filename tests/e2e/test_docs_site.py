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

import pytest
from documents import ROOT
from e2e.browser import shown

SITE = ROOT / "build" / "site"
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
def test_the_site_is_built_and_asks_no_other_site(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, ROOT / "scripts" / "docs_site.py"], capture_output=True, text=True, timeout=300, check=False
    )
    assert built.returncode == 0, built.stdout + built.stderr
    pages = list(SITE.rglob("*.html"))
    assert len(pages) > 80
    told = {str(page.relative_to(SITE)): LOADED.findall(page.read_text(encoding="utf-8")) for page in pages}
    assert {name: sites for name, sites in told.items() if sites} == {}
    assert "send_purchase_event" in (SITE / "reference" / "python" / "index.html").read_text(encoding="utf-8")
    with served(SITE) as url:
        page = shown(f"{url}/docs/architecture/", tmp_path)
    assert page.count('<div class="mermaid"') == (ROOT / "docs" / "architecture.md").read_text().count("```mermaid")
    assert "search" in page
