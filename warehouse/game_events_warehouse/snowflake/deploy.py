"""Applies the plan to an account: a beginning by Snowflake's connector, and the rest by schemachange.

schemachange keeps in a table of the database which files were applied, with their digests, and applies the others. It
is a process of its own, and is given the files filled in.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from game_events_warehouse.snowflake.lint.tokens import statements_of, tokens_of
from game_events_warehouse.snowflake.plan import LEVELS, DeployError, Level, Script, Studio
from game_events_warehouse.transform import inherited

Said = Callable[[str], None]
"""Called with a line for people."""

BEGINNING = "V1.0.0__beginning.sql"
_PREFIX = "SNOWFLAKE_"
_PROOFS = ("PRIVATE_KEY_FILE", "TOKEN_FILE_PATH", "AUTHENTICATOR", "PASSWORD")
"""By which of its parameters the connector can log in."""
_SECRETS = ("PASSWORD", "PRIVATE_KEY_FILE_PWD", "TOKEN", "PASSCODE")
_SECONDS = 30
"""For how long a log-in is tried."""
_LINES_KEPT = 15


def apply(studio: Studio, plan: Iterable[Script], said: Said, variables: Mapping[str, str] = os.environ) -> None:
    """Apply what is new in the plan. `variables` are the environment's: SNOWFLAKE_ACCOUNT, SNOWFLAKE_USER and so on.

    Raises DeployError with what is missing, or with what Snowflake said; what was applied before stays applied, and
    the next call goes on behind it.
    """
    connection = connection_parameters(variables)
    files = list(plan)
    _begin(next(file for file in files if file.name == BEGINNING), studio, connection)
    said(f"{studio.database} and its warehouse {studio.database}_LOAD are there")
    for level in LEVELS:
        with TemporaryDirectory(prefix="game-events-snowflake-") as folder:
            for file in files:
                if file.level == level:
                    Path(folder, file.name).write_text(file.sql, encoding="utf-8")
            _apply(level, studio, Path(folder), said, variables)


def connection_parameters(variables: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The connector's parameters, from variables named after them; DeployError names what is missing."""
    for package in ("snowflake.connector", "schemachange"):
        if not _is_installed(package):
            raise DeployError(f"{package} is not installed; install game-events[snowflake]")
    given = {
        name.removeprefix(_PREFIX): value for name, value in variables.items() if name.startswith(_PREFIX) and value
    }
    missing = [name for name in ("ACCOUNT", "USER") if name not in given]
    if missing:
        told = " and ".join(f"{_PREFIX}{name}" for name in missing)
        raise DeployError(f"no account to deploy to: set {told} in the environment")
    if not any(name in given for name in _PROOFS):
        raise DeployError(
            "nothing to log in with: set SNOWFLAKE_PRIVATE_KEY_FILE to a key in PEM, and SNOWFLAKE_PRIVATE_KEY_FILE_PWD"
            " if it has a passphrase; or SNOWFLAKE_AUTHENTICATOR=externalbrowser"
        )
    key = given.get("PRIVATE_KEY_FILE")
    if key is not None and not Path(key).is_file():
        raise DeployError(f"SNOWFLAKE_PRIVATE_KEY_FILE: there is no file {key}")
    return {name.lower(): value for name, value in given.items()}


def _is_installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False


def _begin(file: Script, studio: Studio, parameters: Mapping[str, str]) -> None:
    import snowflake.connector
    from snowflake.connector.errors import Error

    own: dict[str, Any] = {"role": studio.role("account"), "login_timeout": _SECONDS, "network_timeout": 10 * _SECONDS}
    try:
        with snowflake.connector.connect(**{**parameters, **own}) as connection, connection.cursor() as cursor:
            for statement in statements_of(tokens_of(file.sql)):
                cursor.execute(file.sql[statement[0].start : statement[-1].end])
    except Error as error:
        raise DeployError(
            f"{file.name}, as {studio.role('account')}: {_without_secrets(str(error), parameters)}"
        ) from None
    except (OSError, TypeError, ValueError) as error:  # what is wrong with a key or a parameter
        told = _without_secrets(str(error), parameters)
        raise DeployError(f"cannot log in with what the environment says: {told}") from None


def _apply(level: Level, studio: Studio, folder: Path, said: Said, variables: Mapping[str, str]) -> None:
    database, role = studio.database, studio.role(level)
    history = f"{database}.APPLIED_{level.upper()}.CHANGE_HISTORY"  # a schema belongs to the role that makes it
    command = [
        *(sys.executable, "-P", "-m", "schemachange.cli", "deploy", "--schemachange-root-folder", str(folder)),
        *("--schemachange-change-history-table", history, "--schemachange-create-change-history-table"),
        *("--snowflake-role", role, "--snowflake-warehouse", f"{database}_LOAD", "--snowflake-database", database),
    ]
    own = {name: value for name, value in variables.items() if name.startswith(_PREFIX)}
    process = subprocess.Popen(
        command,
        env={**inherited(variables), **own, "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"},
        cwd=folder,  # where no configuration of another project lies
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    lines: list[str] = []
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(_without_secrets(line.rstrip(), {k.removeprefix(_PREFIX).lower(): v for k, v in own.items()}))
            if "Applying" in line and "script" in line:
                said(f"{level}: {_script_in(line, folder)}")
    if process.returncode:
        told = "\n".join(line for line in lines if "rror" in line or "ailed" in line).strip()
        raise DeployError(f"the {level}'s files, as {role}:\n{told or chr(10).join(lines[-_LINES_KEPT:])}")


def _script_in(line: str, folder: Path) -> str:
    return next((path.name for path in sorted(folder.iterdir()) if path.name.lower() in line.lower()), line.strip())


def _without_secrets(text: str, parameters: Mapping[str, str]) -> str:
    for name in _SECRETS:
        secret = parameters.get(name.lower())
        if secret:
            text = text.replace(secret, "…")
    return text
