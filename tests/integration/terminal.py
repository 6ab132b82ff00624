"""A page's commands, one block after another, as a person at a terminal runs them."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conftest import wait_until
from game_events_api import ledger
from game_events_devtools.demo import stack

WRITTEN, ADMIN = "http://127.0.0.1:8000", "http://127.0.0.1:8001"
"""Where the pages' server is, and its admin port."""


class Terminal:
    """Where it stands and what it exports goes on from block to block; `programs` is first on its PATH."""

    def __init__(self, folder: Path, programs: Path, scratch: Path) -> None:
        self._state = scratch / "state.sh"
        self._log = scratch / "server.log"
        self._state.write_text(f'cd "{folder}"\nexport PATH="{programs}:$PATH"\n')
        self._port, self._admin_port = stack.free_port(), stack.free_port()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def admin_url(self) -> str:
        return f"http://127.0.0.1:{self._admin_port}"

    def run(self, block: str) -> str:
        """What the block prints; a command that fails fails the test, with all that was printed."""
        here = block.replace(WRITTEN, self.url).replace(ADMIN, self.admin_url)
        script = f'. "{self._state}"\n{here}\n{{ export -p; printf "cd %q\\n" "$PWD"; }} > "{self._state}"\n'
        ended = subprocess.run(["bash", "-e", "-c", script], capture_output=True, text=True, timeout=400, env=_plain())
        assert ended.returncode == 0, f"{block}\n{ended.stdout}{ended.stderr}"
        return ended.stdout

    @property
    def entering(self) -> str:
        """What a script begins with that is to go on where this terminal is, with ports for a server of its own."""
        ports = f"GAME_EVENTS_PORT={self._port} GAME_EVENTS_ADMIN_PORT={self._admin_port}"
        return f'. "{self._state}"\nexport {ports}'

    @contextmanager
    def serving(self, command: str, data_dir: Path) -> Iterator[str]:
        """While the command serves; afterwards all that was taken is delivered. Yields what it says as it starts."""
        script = f"{self.entering}\nexec {command}"
        with self._log.open("wb") as log:
            server = subprocess.Popen(["bash", "-c", script], stdout=log, stderr=log, env=_plain())
        try:
            wait_until(lambda: stack.is_ready(self.url) and stack.is_ready(self.admin_url), 120.0, self._log.read_text)
            yield self._log.read_text()
            wait_until(lambda: ledger.waiting(data_dir) == 0, 60.0, self._log.read_text)
        finally:
            server.terminate()
            server.wait(60)


def _plain() -> dict[str, str]:
    """Without what the tests' own process is told of packages and settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GAME_EVENTS_"))}
