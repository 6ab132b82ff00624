"""`game-events console`: the console over a data folder that no server need run on."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Annotated

import typer
from game_events_api.exit_codes import ExitCode

from game_events_cli.options import DATA_DIR, DataDir, require_data_dir

HOURS = 12
"""A key that nobody revoked, for the process was killed, expires then."""
START_SECONDS = 30.0


@dataclass(frozen=True)
class Open:
    url: str
    key: str
    """To sign in with; revoked when the console ends."""
    process: "subprocess.Popen[bytes]"


class NotStarted(Exception):
    """Somebody else has its port, or the process that serves it ended, whose log says why."""


def console(
    data_dir: DataDir = DATA_DIR,
    port: Annotated[int, typer.Option(min=1, max=65535, help="TCP port on this machine.")] = 8001,
) -> None:
    """Look at a data folder in the browser, whether or not a server runs on it; Ctrl-C ends it.

    Exit code 1: it could not be started. 2: no data folder.
    """
    require_data_dir(data_dir)
    try:
        with opened(data_dir.resolve(), port) as shown:
            invite(shown)
            wait(shown)
    except NotStarted as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.FAILED) from None


@contextmanager
def opened(data_dir: Path, port: int) -> Iterator[Open]:
    """The admin port over a data folder, with a key that may operate, until the block ends. Raises NotStarted."""
    from game_events_api.admission import KeyFile
    from game_events_api.child_environment import of_machine
    from game_events_api.errors import ConfigurationError, PortTaken
    from game_events_api.private_files import PRIVATE_UMASK
    from game_events_api.process import reserve_port

    try:  # the admin port's process shares its port, as workers do: two consoles would each answer some of the requests
        holder = reserve_port("127.0.0.1", port)
    except (PortTaken, ConfigurationError) as error:
        raise NotStarted(str(error)) from None
    with holder:
        keys = KeyFile(data_dir / "keys.json")
        expires = datetime.now(UTC) + timedelta(hours=HOURS)
        key = keys.create(name="console", scopes=("read", "operate"), expires_at=expires)
        # With the port 0 it knows no server that takes events, and sends a key to nobody else who listens on 8000.
        settings = {"DATA_DIR": str(data_dir), "PORT": "0", "ADMIN_HOST": "127.0.0.1", "ADMIN_PORT": str(port)}
        settings["LOG_LEVEL"] = "error"
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "game_events_api.process.admin"],
            env={**of_machine(os.environ), **{f"GAME_EVENTS_{name}": value for name, value in settings.items()}},
            umask=PRIVATE_UMASK,
        )
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_until_it_answers(port, process)
            yield Open(f"{url}/console", key, process)
        finally:
            process.terminate()
            process.wait()
            with suppress(KeyError):
                keys.revoke(key.split("_")[2])


def invite(shown: Open) -> None:
    """Where to click, and what to sign in with: not in one line, for addresses are kept and sent."""
    typer.echo(f"console: {shown.url}")
    typer.echo(f"sign in with {shown.key}")
    typer.echo("Ctrl-C ends it, and the key with it.")


def wait(shown: Open) -> None:
    """Until Ctrl-C, or until the process ends."""
    with suppress(KeyboardInterrupt):
        shown.process.wait()


def _wait_until_it_answers(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise NotStarted(f"the console ended with {process.returncode}; is the port free? choose another --port")
        if _answers(port):
            return
        time.sleep(0.1)
    raise NotStarted(f"the console did not answer within {START_SECONDS:.0f} s")


def _answers(port: int) -> bool:
    server = HTTPConnection("127.0.0.1", port, timeout=1.0)
    try:
        server.request("GET", "/health")
        return server.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        server.close()
