"""The `needs(tool)` marker: run where the tool is, skip with its name where it is not, never skip silently in CI."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

NPM_BIN = Path(__file__).resolve().parent.parent / "node_modules" / ".bin"
INSTALL = {
    "git": "apt-get install git",
    "redis-server": "apt-get install redis-server",
    "gcc": "apt-get install gcc libc6-dev",
    "nginx": "apt-get install nginx-light",
    "redocly": "npm install",
    "openapi-typescript": "npm install",
}


def find_tool(name: str) -> str | None:
    """The tool's path: among the project's npm packages, then on PATH; None when it is in neither."""
    return shutil.which(name, path=str(NPM_BIN)) or shutil.which(name)


def missing(reason: str) -> NoReturn:
    """Skip with the reason; fail with it where everything must be there, as in continuous integration."""
    if os.environ.get("GAME_EVENTS_REQUIRE_TOOLS"):
        pytest.fail(reason)
    pytest.skip(reason)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        tool = str(marker.args[0])
        if find_tool(tool) is None:
            reason = f"{tool} is not installed; `{INSTALL.get(tool, 'install it')}` to run this test"
            missing(reason)
