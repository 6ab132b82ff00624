"""The import contracts are no ornament: a tree with one forbidden import fails them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from integration.environments import MEMBERS, ROOT

LINT: list[str | Path] = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]


def lint_imports(tree: Path) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(str(tree / member) for member in MEMBERS)}
    return subprocess.run(LINT, cwd=tree, env=environment, capture_output=True, text=True, timeout=120)


def test_a_forbidden_import_fails(tmp_path: Path) -> None:
    for member in MEMBERS:
        shutil.copytree(ROOT / member, tmp_path / member, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    assert lint_imports(tmp_path).returncode == 0

    with (tmp_path / "api/game_events_api/admission/rate_limits.py").open("a") as module:
        module.write("import game_events_api.delivery.spools\n")

    broken = lint_imports(tmp_path)
    assert broken.returncode == 1
    assert "game_events_api.admission.rate_limits" in broken.stdout
