"""A real PostgreSQL for a test: its own process, port and folder; killed, stopped and started at will."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from conftest import wait_until
from game_events_devtools.demo import stack
from needs_tools import find_tool

PASSWORD = "p@ss word"
UNPRIVILEGED = "nobody"
"""Who runs it where the tests run as root, whom it refuses."""


class PostgresProcess:
    """Listens on loopback; its owner is `postgres`, whose password has what a URL must escape."""

    def __init__(self, folder: Path) -> None:
        self.port = stack.free_port()
        self._data = folder / "data"
        self._log = folder / "postgres.log"
        self._user = ["setpriv", f"--reuid={UNPRIVILEGED}", "--regid=nogroup", "--clear-groups"]
        if os.geteuid() == 0:
            shutil.chown(folder, UNPRIVILEGED)
        else:
            self._user = []
        secret = folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        make = [*self._tool("initdb"), "--pgdata", str(self._data), "--username=postgres", f"--pwfile={secret}"]
        make += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"]
        subprocess.run(make, check=True, capture_output=True, cwd="/")
        self.process: subprocess.Popen[bytes] | None = None

    def _tool(self, name: str) -> list[str]:
        tool = find_tool(name)
        assert tool is not None
        return [*self._user, tool]

    def url(self, user: str = "postgres", database: str = "postgres") -> str:
        return (
            f"postgresql://{user}:{PASSWORD.replace('@', '%40').replace(' ', '%20')}@127.0.0.1:{self.port}/{database}"
        )

    def start(self) -> "PostgresProcess":
        command = [*self._tool("postgres"), "-D", str(self._data), "-p", str(self.port), "-k", ""]
        command += ["-h", "127.0.0.1", "-c", "fsync=off", "-c", "shared_buffers=16MB", "-c", "max_connections=50"]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", start_new_session=True)
        wait_until(self._answers, 30, self._log.read_text)
        return self

    def _answers(self) -> bool:
        try:
            with self.connect():
                return True
        except psycopg.OperationalError:
            return False

    def connect(self, database: str = "postgres") -> "psycopg.Connection":
        return psycopg.connect(self.url(database=database), autocommit=True, connect_timeout=5)

    def stand_still(self) -> None:
        """Every process of it: connections stay open, and nobody answers."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        if self.process is not None:
            self._signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def _signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        # Backends have sessions of their own.
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for pid in (self.process.pid, *map(int, children)):
            os.kill(pid, number)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresProcess]:
    """One for all tests of a process; each takes a database of its own."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    running = PostgresProcess(folder).start()
    yield running
    running.kill()
    shutil.rmtree(folder)
