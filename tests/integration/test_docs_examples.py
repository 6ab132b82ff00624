"""The README's and the SDK page's code runs as it stands, against a real server."""

import os
import subprocess

import pytest
from conftest import RunningServer
from documents import ROOT, blocks

PYTHON = [
    pytest.param(code, id=f"{page.name}-{number}")
    for page in (ROOT / "README.md", ROOT / "docs" / "sdk.md")
    for number, code in enumerate(blocks(page, "python"), 1)
]


@pytest.mark.parametrize("code", PYTHON)
def test_the_documented_python_runs(code: str, server: RunningServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAME_EVENTS_API_KEY", server.key)
    here = code.replace("http://127.0.0.1:8000", server.url)
    exec(compile(here, "documented", "exec"), {"url": server.url, "api_key": server.key})  # noqa: S102 -- our own docs


@pytest.mark.needs("curl")
def test_the_documented_curl_command_is_answered_202(server: RunningServer) -> None:
    (command,) = [block for block in blocks(ROOT / "README.md", "bash") if block.startswith("curl")]
    here = command.replace("http://127.0.0.1:8000", server.url)
    environment = {**os.environ, "GAME_EVENTS_API_KEY": server.key}
    shown = subprocess.run(
        ["bash", "-c", here], env=environment, capture_output=True, text=True, timeout=30, check=True
    )
    assert "202 Accepted" in shown.stdout, shown.stdout
