"""A studio in an empty folder, with the product from wheels alone, and then a newer product: no file of its changes."""

import re
import shutil
from pathlib import Path

import pytest
from integration import environments
from integration.environments import PRODUCT, run, script
from integration.terminal import Terminal
from integration.test_tutorial import ASK, INIT, KEY, NEW, PUBLISH, SEND, SERVE

pytestmark = [pytest.mark.needs("uv"), pytest.mark.needs("index"), pytest.mark.long, pytest.mark.timeout(1200)]

NEWER = "0.9.0"
VERSION = "from importlib.metadata import version; print(version('game-events-api'))"


def newer_wheels(folder: Path) -> dict[str, Path]:
    """The wheels of this tree, as a release of a higher version would have them."""
    tree = folder / "tree"
    ignored = shutil.ignore_patterns("__pycache__", ".venv", "node_modules")
    for part in (*environments.MEMBERS, "schemas"):
        shutil.copytree(environments.ROOT / part, tree / part, ignore=ignored)
    for name in ("pyproject.toml", "openapi.yaml"):
        shutil.copy(environments.ROOT / name, tree)
    for member in environments.MEMBERS:
        described = tree / member / "pyproject.toml"
        text, count = re.subn(r'(?m)^version = ".*"$', f'version = "{NEWER}"', described.read_text(), count=1)
        assert count == 1
        described.write_text(text)
    return environments.build_wheels(folder / "wheels", tree)


def files_of(studio: Path) -> dict[str, bytes]:
    """What is the studio's: all but what the server and type checking leave."""
    return {
        path.relative_to(studio).as_posix(): path.read_bytes()
        for path in sorted(studio.rglob("*"))
        if path.is_file() and not {"data", ".mypy_cache", "__pycache__"} & {*path.relative_to(studio).parts}
    }


def test_a_studios_events_go_on_with_a_newer_product_as_they_are(tmp_path: Path) -> None:
    environment = tmp_path / "env"
    wheels = environments.build_wheels(tmp_path / "wheels")
    environments.install_pinned(environment, [wheels[member] for member in PRODUCT])
    (tmp_path / "empty").mkdir()
    studio = tmp_path / "empty" / "my-studio"
    terminal = Terminal(tmp_path / "empty", environment / "bin", tmp_path)
    for step in (INIT, NEW, PUBLISH, KEY):
        terminal.run(step)
    with terminal.serving(SERVE, studio / "data"):
        assert terminal.run(SEND) == "accepted\n"
    assert terminal.run(ASK).count("wooden_sword") == 1
    before = files_of(studio)

    newer = newer_wheels(tmp_path / "newer")
    run("uv", "pip", "install", "--quiet", "--python", environment, *(newer[member] for member in PRODUCT))
    shown = run(
        script(environment, "python"), "-c", "from importlib.metadata import version as v; print(v('game-events-api'))"
    )
    assert shown == f"{NEWER}\n"
    with terminal.serving(SERVE, studio / "data"):
        assert terminal.run(SEND) == "accepted\n"
    assert terminal.run(ASK).count("wooden_sword") == 2
    terminal.run("game-events schemas check")
    assert files_of(studio) == before

    # Installed beside the product, the package is found from anywhere.
    run("uv", "pip", "install", "--quiet", "--python", environment, studio / "generated")
    elsewhere = Terminal(tmp_path, environment / "bin", tmp_path)
    with elsewhere.serving("game-events serve --data-dir elsewhere", tmp_path / "elsewhere") as said:
        (events,) = [line for line in said.splitlines() if "events of my_studio_events: " in line]
        assert "currency_spent" in events
