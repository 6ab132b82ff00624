"""Rewrite the pinned versions in the root pyproject.toml from a fresh resolution.

    uv run --no-project python scripts/pin.py             # pin what is resolved today within today's pins
    uv run --no-project python scripts/pin.py --upgrade   # forget the pins first and take the newest of everything

Every version, transitive ones too, stands in `[tool.uv] constraint-dependencies`,
because the lock file records download addresses and therefore stays out of git.
Needs only the standard library, so that it also runs when the environment is broken.
"""

import re
import subprocess
import sys
import tomllib
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


def locked_versions(lock: str) -> list[str]:
    """One requirement per package of a uv lock that comes from an index.

    A package that resolves differently by Python version or platform gets one
    requirement for each, with the lock's own marker.
    """
    pins = []
    for package in tomllib.loads(lock)["package"]:
        if "registry" in package["source"]:
            pin = f"{package['name']}=={package['version']}"
            markers = package.get("resolution-markers")
            pins.append(f"{pin} ; {' or '.join(f'({marker})' for marker in markers)}" if markers else pin)
    return pins


def main() -> None:
    pyproject = ROOT / "pyproject.toml"
    if "--upgrade" in sys.argv[1:]:
        pyproject.write_text(BLOCK.sub(render([]), pyproject.read_text()))
        (ROOT / "uv.lock").unlink(missing_ok=True)
    subprocess.run(["uv", "lock", "--quiet"], cwd=ROOT, check=True)
    pins = locked_versions((ROOT / "uv.lock").read_text())
    pyproject.write_text(BLOCK.sub(render(pins), pyproject.read_text()))
    print(f"{len(pins)} versions pinned in {pyproject.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
