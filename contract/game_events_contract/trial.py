"""What codegen wrote, tried before anything is written, locked or published: imported, type-checked, exercised.

It stands in a folder of its own for that, beside the SDK's hand-written modules, and nothing of it is left.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from game_events_contract.findings import Finding, StageRule
from game_events_contract.project import Project

_SHOWN = 20


def trial(root: Path, files: Mapping[str, str]) -> list[Finding]:
    """What is wrong with the code among `files`, path below `root` → text; empty when all of it works."""
    project = Project.at(root)
    with tempfile.TemporaryDirectory(prefix="game-events-trial-") as folder:
        place = Path(folder).resolve()
        for top, package in project.packages.items():
            if (root / top / package).is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(root / top / package, place / top / package, ignore=ignored)
        for path, text in files.items():
            if path.partition("/")[0] in project.packages:
                (place / path).parent.mkdir(parents=True, exist_ok=True)
                (place / path).write_bytes(text.encode())
        folders = [place / top for top in project.packages]
        with (
            _started(_type_check(project), place, folders) as checking,
            _started(_exercise(project), place, folders) as exercising,
        ):
            return [*_exercised(exercising), *_checked(checking)]


def _started(command: list[str], place: Path, folders: list[Path]) -> subprocess.Popen[str]:
    """A process that sees the code on trial and nothing of the checkout's."""
    path = os.pathsep.join(map(str, folders))
    environment = {**os.environ, "PYTHONPATH": path, "MYPYPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.Popen(
        command, cwd=place, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def _type_check(project: Project) -> list[str]:
    options = ["--strict", "--explicit-package-bases", "--no-error-summary", "--no-color-output", "--config-file="]
    cache = ["--cache-dir", str(project.root.resolve() / ".mypy_cache" / "trial")]
    packages = [part for package in project.packages.values() for part in ("--package", package)]
    return [sys.executable, "-m", "mypy", *options, *cache, *packages]


def _checked(process: subprocess.Popen[str]) -> Iterator[Finding]:
    printed, complaints = process.communicate()
    lines = [line for line in printed.splitlines() if ": note: " not in line]
    if process.returncode and not lines:
        lines = [complaints.strip()]
    for line in lines[:_SHOWN]:
        where, _, message = line.partition(": ")
        yield Finding(where, StageRule.GENERATED_CODE_FAILED, "", f"mypy: {message}")


def _exercise(project: Project) -> list[str]:
    module = [sys.executable, "-W", "error", "-m", "game_events_contract.exercise"]
    return [*module, project.package, project.sdk_module]


def _exercised(process: subprocess.Popen[str]) -> Iterator[Finding]:
    printed, complaints = process.communicate()
    if process.returncode:
        yield Finding("generated", StageRule.GENERATED_CODE_FAILED, "", complaints.strip()[-2000:])
        return
    for label, message in json.loads(printed)[:_SHOWN]:
        yield Finding(label, StageRule.GENERATED_CODE_FAILED, "", message)
