"""The code of the README, the SDK page and the SDK's own README runs as it stands, against a real server."""

import os
import subprocess
from typing import Any

import pytest
from conftest import RunningServer
from documents import ROOT, blocks

PYTHON = [
    pytest.param(code, id=f"{page.relative_to(ROOT).as_posix()}-{number}")
    for page in (ROOT / "README.md", ROOT / "docs" / "sdk.md", ROOT / "sdk" / "README.md")
    for number, code in enumerate(blocks(page, "python"), 1)
]
SHARED = next(line for line in blocks(ROOT / "docs" / "sdk.md", "python")[0].splitlines() if line.startswith("shared"))


@pytest.mark.parametrize("code", PYTHON)
def test_the_documented_python_runs(
    code: str, server: RunningServer, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("GAME_EVENTS_API_KEY", server.key)
    here = f"{SHARED}\n{code}".replace("http://127.0.0.1:8000", server.url)
    said: dict[str, Any] = {"url": server.url, "api_key": server.key}
    exec(compile(here, "documented", "exec"), said)  # noqa: S102 -- our own docs
    for name in [name for name in said if name.startswith("test_")]:
        said[name](request.getfixturevalue("capture_events"))


@pytest.mark.needs("curl")
def test_the_documented_curl_command_is_answered_202(server: RunningServer) -> None:
    (command,) = [block for block in blocks(ROOT / "README.md", "bash") if block.startswith("curl")]
    here = command.replace("http://127.0.0.1:8000", server.url)
    environment = {**os.environ, "GAME_EVENTS_API_KEY": server.key}
    shown = subprocess.run(
        ["bash", "-c", here], env=environment, capture_output=True, text=True, timeout=30, check=True
    )
    assert "202 Accepted" in shown.stdout, shown.stdout
