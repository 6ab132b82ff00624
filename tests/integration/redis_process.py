"""A real Redis for a test: its own process, socket and folder; killed, stopped and started at will."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import redis
from conftest import wait_until
from needs_tools import find_tool


class RedisProcess:
    """Listens on a unix socket only and keeps nothing on disk, so that a restart is a Redis that lost everything."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}"
        tool = find_tool("redis-server")
        assert tool is not None
        self._command = [tool, "--port", "0", "--unixsocket", str(self.socket), "--save", "", "--dir", str(folder)]
        self._command += options
        self._password = dict(pairwise(options)).get("--requirepass")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "RedisProcess":
        self.process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        wait_until(self._answers)
        return self

    def _answers(self) -> bool:
        try:
            return bool(self.client().ping())
        except redis.ConnectionError:
            return False

    def client(self) -> "redis.Redis":
        return redis.Redis(unix_socket_path=str(self.socket), password=self._password)

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        os.kill(self.process.pid, number)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.socket.unlink(missing_ok=True)


@pytest.fixture
def redis_folder() -> Iterator[Path]:
    """A short path: a unix socket's name holds about a hundred bytes."""
    folder = Path(tempfile.mkdtemp(prefix="redis-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def redis_process(redis_folder: Path) -> Iterator[RedisProcess]:
    running = RedisProcess(redis_folder).start()
    yield running
    running.kill()
