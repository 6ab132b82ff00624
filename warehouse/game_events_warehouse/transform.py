"""Runs the dbt project that ships in this package, in a process of its own.

dbt keeps connections, adapters and warnings in process-wide state, and DuckDB holds a file's lock for as
long as its process has it open: a separate process leaves nothing behind.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from game_events_warehouse.errors import TransformError
from game_events_warehouse.loader import Progress

PROJECT = Path(str(resources.files(__package__).joinpath("dbt_project")))
DBT = "import gc; gc.set_threshold(200_000, 50, 50); from dbt.cli.main import cli; cli()"
"""It makes many small objects that stay; not to look through them again and again saves a tenth of its CPU and more."""
DONE = frozenset({"LogModelResult", "LogTestResult"})
TOLD = {"RunResultError": "failure", "RunResultFailure": "failure", "RunResultWarning": "warning"}
LOG_KEPT = 200  # lines
INHERITED = frozenset(
    {
        *("PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "TEMP", "TMP", "TZ", "LANG", "LANGUAGE", "SYSTEMROOT"),
        *("USERPROFILE", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "WINDIR"),
        *("VIRTUAL_ENV", "LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_LIBRARY_PATH"),
        *("PYTHONPATH", "PYTHONHOME", "PYTHONPLATLIBDIR", "PYTHONUSERBASE", "PYTHONNOUSERSITE", "PYTHONPYCACHEPREFIX"),
    }
)


def run(
    command: Sequence[str],
    *,
    database: Path,
    state: Path,
    progress: Progress | None = None,
    project: Path = PROJECT,
) -> list[str]:
    """Run one dbt command, say `["build"]`, against a DuckDB file; what the data tests warn of.

    `state` takes dbt's target and log directories; kept between runs, it saves parsing the project again.
    Raises TransformError naming each model and test that failed.
    """
    environment = inherited(os.environ) | {
        # Relative, because dbt parses the whole project again when a profile's value changes.
        "GAME_EVENTS_WAREHOUSE_DATABASE": database.name,
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_VERSION_CHECK": "false",
        "PYTHONWARNINGS": "ignore",
        "PYTHONIOENCODING": "utf-8",
    }
    if os.environ.get("PYTHONDONTWRITEBYTECODE"):
        # Containers set it; compiling dbt anew costs more than two seconds a build.
        environment["PYTHONPYCACHEPREFIX"] = str(state / "bytecode")
    process = subprocess.Popen(
        [
            sys.executable, "-P", "-c", DBT, "--log-format", "json", "--log-level-file", "none",
            *command,
            "--project-dir", str(project), "--profiles-dir", str(project),
            "--target-path", str(state / "target"), "--log-path", str(state / "logs"),
        ],
        env=environment,
        umask=0o077,
        cwd=database.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )  # fmt: skip
    lines: list[str] = []
    failures: list[str] = []
    warnings: list[str] = []
    done = total = 0
    try:
        assert process.stdout is not None
        for event in _events(process.stdout, lines):
            name, data = event["info"]["name"], event.get("data", {})
            total = max(total, int(data.get("total", 0)))
            if name in DONE:
                done += 1
                if progress:
                    progress("transform", done, max(total, done))
            told = TOLD.get(name)
            if told:
                (failures if told == "failure" else warnings).append(
                    str(data.get("msg") or event["info"]["msg"]).strip()
                )
        code = process.wait()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()
    if code != 0:
        log = "\n".join(lines[-LOG_KEPT:])
        raise TransformError(f"dbt {command[0]} failed (exit code {code})", failures, log)
    return warnings


def inherited(variables: Mapping[str, str]) -> dict[str, str]:
    """Where programs, packages and folders are. Every option of dbt is a variable too, and so is a proxy."""
    return {name: value for name, value in variables.items() if name in INHERITED or name.startswith("LC_")}


def _events(output: Iterator[str] | Any, lines: list[str]) -> Iterator[dict[str, Any]]:
    """dbt's structured log events; every line, structured or not, is kept as readable text in `lines`."""
    for line in output:
        try:
            event = json.loads(line)
            message = event["info"]["msg"]
        except (ValueError, TypeError, KeyError):
            lines.append(line.rstrip())
            continue
        lines.append(message)
        yield event
