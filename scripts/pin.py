"""Rewrite the pinned versions in the root pyproject.toml from a fresh resolution.

    uv run --no-project python scripts/pin.py             # pin what is resolved today within today's pins
    uv run --no-project python scripts/pin.py --upgrade   # forget the pins first and take the newest of everything

Every version, transitive ones too, stands in `[tool.uv] constraint-dependencies`,
because the lock file records download addresses and therefore stays out of git.
A version is taken only with wheels for every Python of `requires-python` and every platform
of `required-environments`; where the newest has none, that platform gets an older one by marker.
Needs only the standard library, so that it also runs when the environment is broken.
"""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"# pins: begin\n.*?# pins: end\n", re.DOTALL)


def render(pins: list[str]) -> str:
    lines = "".join(f'  "{pin}",\n' for pin in sorted(pins))
    return (
        "# pins: begin\n"
        "# Written by scripts/pin.py; edit a member's dependencies instead, then run it.\n"
        f"constraint-dependencies = [\n{lines}]\n# pins: end\n"
    )


def resolved() -> list[str]:
    """One requirement per package that comes from an index, for all members and groups.

    A package that resolves differently by Python version or platform gets one requirement for each, with a marker.
    """
    uv = ["uv", "export", "--quiet", "--no-build", "--all-packages", "--all-groups", "--all-extras"]
    options = ["--no-emit-workspace", "--no-hashes", "--no-header", "--no-annotate"]
    export = subprocess.run(
        [*uv, *options], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout.splitlines()
    versions = Counter(line.partition("==")[0] for line in export)
    return [line if versions[line.partition("==")[0]] > 1 else line.partition(" ;")[0] for line in export]


def main() -> None:
    pyproject = ROOT / "pyproject.toml"
    if "--upgrade" in sys.argv[1:]:
        pyproject.write_text(BLOCK.sub(render([]), pyproject.read_text()))
        (ROOT / "uv.lock").unlink(missing_ok=True)
    pins = resolved()
    pyproject.write_text(BLOCK.sub(render(pins), pyproject.read_text()))
    print(f"{len(pins)} versions pinned in {pyproject.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
