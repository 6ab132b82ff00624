"""Environments beside the one that runs the tests: from wheels, at pinned or at the lowest versions."""

import os
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def project(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))


MEMBERS: list[str] = project(ROOT)["tool"]["uv"]["workspace"]["members"]
PRODUCT = tuple(member for member in MEMBERS if member != "devtools")
"""What `game-events` brings: every member but the tools of its developers."""


def run(*command: str | Path, timeout: float = 240, **environment: str) -> str:
    """Standard output of a command in the root folder; a failure shows both outputs."""
    finished = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=ROOT,
        env={**os.environ, **environment},
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def third_party(members: Sequence[str]) -> list[str]:
    """What the members name of others' packages, each requirement once."""
    named = {name for member in members for name in project(ROOT / member)["project"]["dependencies"]}
    return sorted(name for name in named if not name.startswith("game-events"))


def build_wheels(folder: Path, tree: Path = ROOT) -> dict[str, Path]:
    """Every member's wheel, by the member's folder, made from its sdist beside it; of this tree, or of a copy of it."""
    run("uv", "build", "--quiet", "--all-packages", "--out-dir", folder, tree)
    names = {member: project(ROOT / member)["project"]["name"].replace("-", "_") for member in MEMBERS}
    return {member: next(folder.glob(f"{name}-*.whl")) for member, name in names.items()}


def install_pinned(environment: Path, wheels: Sequence[Path]) -> None:
    """An environment with these wheels and, of everything they need, the versions pinned in the root."""
    run("uv", "venv", "--quiet", "--python", sys.executable, environment)
    run("uv", "pip", "install", "--quiet", "--python", environment, *wheels)


def install_lowest(environment: Path, wheels: Sequence[Path], members: Sequence[str]) -> None:
    """An environment with these wheels and the lowest version that each of the members' own requirements admits."""
    lowest = environment.with_suffix(".txt")
    lowest.write_text("\n".join(third_party(members)))
    run("uv", "venv", "--quiet", "--python", sys.executable, environment)
    options = ["--no-config", "--resolution", "lowest-direct", "--only-binary", ":all:"]  # no config: without the pins
    run("uv", "pip", "install", "--quiet", "--python", environment, *options, *wheels, "--requirement", lowest)


def script(environment: Path, name: str) -> Path:
    return environment / "bin" / name


@contextmanager
def served(packages: Sequence[str], port: int, log: Path, *command: str, **environment: str) -> Iterator[None]:
    """A server that needs an environment of its own, from its first answer on; `log`'s folder is its own too."""
    isolated = ["uv", "run", "--quiet", "--no-project", "--isolated", "--python", "3.11"]
    isolated += [part for package in packages for part in ("--with", package)]
    with log.open("w") as output:
        process = subprocess.Popen(
            [*isolated, *command],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
            env={**os.environ, **environment},
            start_new_session=True,
        )
    try:
        wait_for(port, process, log)
        yield
    finally:
        os.killpg(process.pid, 15)
        process.wait(30)


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(log.read_text())
