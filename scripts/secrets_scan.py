"""Look for secrets in a folder and, where it is a git repository, in all of its history; ends with 1 where one is.

    uv run --group dev python scripts/secrets_scan.py .

Nothing is sent anywhere: no finding is tried out, and no newer version is asked for. The secret itself is not shown.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
OWN_RULES = ROOT / "deploy" / "kingfisher"
NOT_OURS = (".venv", "node_modules", ".*_cache", ".hypothesis")
PLACEHOLDERS = "://[a-z]*:(…|hidden)@"
"""Of passwords in URLs of docs and tests."""
FOUND, NOTHING = 200, 0
"""The exit codes by which kingfisher says so."""


class Secret(NamedTuple):
    rule: str
    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}"


def scan(folder: Path) -> list[Secret]:
    """What is found, by rule and place. RuntimeError where the scanner did not do its work."""
    quiet = ["--no-validate", "--no-update-check", "--redact", "--format", "json"]
    left_out = [word for pattern in NOT_OURS for word in ("--exclude", pattern)]
    rules = ["--rules-path", str(OWN_RULES), "--git-history", "full", "--skip-regex", PLACEHOLDERS]
    command = [str(Path(sys.executable).with_name("kingfisher")), "scan", *quiet, *left_out, *rules, str(folder)]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode not in (FOUND, NOTHING):
        raise RuntimeError(f"kingfisher ended with {result.returncode}: {result.stderr.strip()}")
    report = json.loads(result.stdout.splitlines()[0])
    return [Secret(one["rule"]["id"], one["finding"]["path"], one["finding"]["line"]) for one in report["findings"]]


def main() -> None:
    found = scan(Path(sys.argv[1]))
    print("\n".join(map(str, found)) or "no secret in files and history")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
