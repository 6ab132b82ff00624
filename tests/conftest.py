"""Real servers for tests: their own process, socket, data folder and key."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from game_events_api import ledger
from game_events_api.admission.key_file import KeyFile
from game_events_devtools.demo import stack
from hypothesis import HealthCheck, settings
from secrets_in_logs import passwords, searched

pytest_plugins = ["needs_tools"]
# Hypothesis would fail an example that took 200 ms: a busy machine is no defect.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
# Where a machine sets it, each of the hundreds of processes started here would compile every module that it imports.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture
def unhurried_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search for one event takes the time it takes: a busy machine is no reason to find less."""
    monkeypatch.setattr("game_events_api.operators.trace.SECONDS", 300.0)


@pytest.fixture
def unhurried_replays(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small replay of the console is over when its page is shown, however busy the machine is."""
    monkeypatch.setattr("game_events_console.replays.AT_ONCE_SECONDS", 300.0)


@dataclass
class RunningServer:
    """`game-events serve` as a user would start it."""

    url: str
    key: str
    data_dir: Path
    command: Sequence[str]
    environment: Mapping[str, str]
    admin_url: str = ""
    """Of the admin port; nothing listens there where workers run alone."""
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}

    @property
    def log(self) -> str:
        return (self.data_dir / "server.log").read_text(errors="replace")

    def start(self) -> "RunningServer":
        with (self.data_dir / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env={**os.environ, **self.environment}, stdout=log, stderr=log, start_new_session=True
            )
        wait_until(lambda: stack.is_ready(self.url), 120.0, lambda: self.log)
        if self.admin_url:
            wait_until(lambda: stack.is_ready(self.admin_url), 120.0, lambda: self.log)
        return self

    def stop(self) -> None:
        """SIGTERM to the supervisor, as an orchestrator would."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)

    def kill(self) -> None:
        """kill -9 of the supervisor, the workers and delivery at once."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def children(self, command: bytes) -> list[int]:
        """Process ids of those that the supervisor runs, by a part of their command line."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [pid for pid in map(int, children) if command in Path(f"/proc/{pid}/cmdline").read_bytes()]

    def wait_until_delivered(self, timeout_s: float = 30.0) -> None:
        wait_until(lambda: ledger.waiting(self.data_dir) == 0, timeout_s, lambda: self.log)


def wait_until(
    condition: Callable[[], bool],
    timeout_s: float = 30.0,
    explain: Callable[[], str] = lambda: "the condition never held",
) -> None:
    """Return as soon as the condition holds; fail with an explanation when it does not in time."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {timeout_s:g} s in vain: {explain()}")
        time.sleep(0.02)


def lake_ids(data_dir: Path) -> Counter[str]:
    """How often each event stands in the local lake."""
    return Counter(
        json.loads(text)["event"]["event_id"]
        for path in (data_dir / "lake" / "events").rglob("*.gz")
        for text in gzip.decompress(path.read_bytes()).splitlines()
    )


ServerFactory = Callable[..., RunningServer]


@pytest.fixture(scope="session")
def given_secrets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[set[str]]:
    """What servers are told and nobody else; when all have stopped, no log of the run may have it, nor any key."""
    with searched(tmp_path_factory.getbasetemp()) as secrets:
        yield secrets


@pytest.fixture(scope="session")
def running_servers(given_secrets: set[str]) -> Iterator[list[RunningServer]]:
    servers: list[RunningServer] = []
    yield servers
    for server in servers:
        server.stop()


@pytest.fixture(autouse=True)
def _servers_of_one_test_end_with_it(running_servers: list[RunningServer]) -> Iterator[None]:
    """Each that idles on takes a hundredth of a processor; those shared by a module or a process stay."""
    shared = len(running_servers)
    yield
    while len(running_servers) > shared:
        running_servers.pop().stop()


@pytest.fixture(scope="session")
def start_server(
    tmp_path_factory: pytest.TempPathFactory, running_servers: list[RunningServer], given_secrets: set[str]
) -> ServerFactory:
    """Start servers with settings of their own: `start_server(max_body_bytes=1000)` → GAME_EVENTS_MAX_BODY_BYTES."""

    def start(data_dir: Path | None = None, games: Sequence[str] = ("*",), **settings: object) -> RunningServer:
        directory = data_dir or tmp_path_factory.mktemp("server")
        port, admin_port = stack.free_port(), stack.free_port()
        command = [sys.executable, "-m", "game_events_cli.main", "serve", "--port", str(port)]
        command += ["--admin-port", str(admin_port)]
        server = RunningServer(
            url=f"http://127.0.0.1:{port}",
            key=KeyFile(directory / "keys.json").create("tests", games=games, scopes=("ingest", "read", "operate")),
            data_dir=directory,
            command=[*command, "--data-dir", str(directory)],
            environment={f"GAME_EVENTS_{name.upper()}": str(value) for name, value in settings.items()},
            admin_url=f"http://127.0.0.1:{admin_port}",
        )
        running_servers.append(server)
        given_secrets.update(passwords(server.environment.values()))
        return server.start()

    return start


@pytest.fixture(scope="session")
def server(start_server: ServerFactory) -> RunningServer:
    """One server with default settings, shared by the tests of a process."""
    return start_server()
