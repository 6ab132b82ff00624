"""Every Python and platform that the README promises gets wheels for all that the product and its tests need."""

import subprocess
import sys

import pytest
from integration.environments import MEMBERS, ROOT, run

PYTHONS = ["3.11", *(pytest.param(between, marks=pytest.mark.long) for between in ("3.12", "3.13")), "3.14"]
PLATFORMS = ["x86_64-manylinux_2_28", "aarch64-apple-darwin", "x86_64-apple-darwin", "x86_64-pc-windows-msvc"]
PROJECTS = [f"{member}/pyproject.toml" for member in MEMBERS]
# What Windows lacks: the server's loop, and the standard library's Unix modules.
ON_WINDOWS = """
import sys
for absent in ("uvloop", "fcntl", "grp", "pwd", "resource", "termios"):
    sys.modules[absent] = None
import game_events, game_events_cli.main, game_events_contract.checks, game_events_contract.codegen
import game_events_warehouse.lake, game_events_warehouse.loader, game_events_warehouse.transform
"""


@pytest.mark.needs("uv")
@pytest.mark.needs("index")
@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_the_pins_have_wheels(python: str, platform: str) -> None:
    target = ["--python-version", python, "--python-platform", platform, "--python", sys.executable]
    resolve = ["uv", "pip", "compile", "--only-binary", ":all:", "--no-header", "--no-annotate", *target]

    pins = run(*resolve, *PROJECTS, "--group", "pyproject.toml:dev").splitlines()

    assert any(pin.startswith("duckdb==") for pin in pins)
    assert any(pin.startswith("uvloop==") for pin in pins) == ("windows" not in platform)


def test_sdk_contract_tools_warehouse_and_command_import_without_what_windows_lacks() -> None:
    imported = subprocess.run([sys.executable, "-c", ON_WINDOWS], capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert imported.returncode == 0, imported.stderr
