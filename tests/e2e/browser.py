"""Debian's Chromium, headless, as the tests start it."""

import subprocess
from pathlib import Path

from needs_tools import find_tool

BROWSER = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
)
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
"""It reaches no other machine."""


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
