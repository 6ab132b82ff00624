"""The documentation page in a real browser that reaches no other machine."""

import subprocess
from pathlib import Path

import pytest
from conftest import RunningServer
from e2e.test_browser_games import BROWSER
from needs_tools import find_tool


@pytest.mark.needs("chromium")
def test_the_page_shows_every_operation_without_a_network(server: RunningServer, tmp_path: Path) -> None:
    alone = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    shown = subprocess.run(
        [
            *(str(find_tool("chromium")), *BROWSER, alone, f"--user-data-dir={tmp_path}"),
            *("--virtual-time-budget=20000", "--dump-dom", f"{server.url}/docs"),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout
    for operation in ("sendEventBatch", "getReadiness", "listDeadLetters"):
        assert operation in shown, shown[:2000]
