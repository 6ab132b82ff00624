"""The processes behind the demo: the real server and, for Firehose, a cloud of one's own on loopback."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from game_events_api import ledger
from game_events_api.child_environment import of_machine
from game_events_api.private_files import PRIVATE_UMASK, open_private

if TYPE_CHECKING:
    from game_events_devtools.firehose_emulator import FirehoseEndpoint

BUCKET = "game-events-lake"
REGION = "us-east-1"
START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 30.0


class DemoError(Exception):
    """A part of the demo could not start or did not finish; the message says where to look."""


@dataclass(frozen=True)
class Cloud:
    """Where the demo's Firehose and S3 listen."""

    endpoint: "FirehoseEndpoint"
    s3_url: str
    lake: str = f"s3://{BUCKET}"


@contextmanager
def cloud() -> Iterator[Cloud]:
    """Run moto's S3 and the development Firehose endpoint until the block ends.

    Meanwhile this process and those it starts find them through the environment, as they would find AWS.
    The credentials are placeholders.
    """
    import boto3
    from moto.server import ThreadedMotoServer

    from game_events_devtools.firehose_emulator import FirehoseEndpoint, S3Destination

    s3_server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    s3_server.start()
    host, port = s3_server.get_host_and_port()
    s3_url = f"http://{host}:{port}"
    placeholders = {
        "AWS_ACCESS_KEY_ID": "demo",
        "AWS_SECRET_ACCESS_KEY": "demo",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,  # a default profile may name an endpoint
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    try:
        with _environment(placeholders):
            boto3.client("s3", endpoint_url=s3_url).create_bucket(Bucket=BUCKET)
            with FirehoseEndpoint(S3Destination(s3_url), bucket=BUCKET) as endpoint:
                settings = {"AWS_REGION": REGION, "FIREHOSE_ENDPOINT_URL": endpoint.url}
                with _environment({f"GAME_EVENTS_{name}": value for name, value in settings.items()}):
                    yield Cloud(endpoint, s3_url)
    finally:
        s3_server.stop()


@contextmanager
def own_environment() -> Iterator[None]:
    """This process and those it starts see nothing of what is set for others: proxies, AWS, dbt, the server."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(of_machine(before))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def free_port() -> int:
    """A TCP port that is free on loopback now; somebody else could take it before it is used."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def server(data_dir: Path, sink: str) -> Iterator[str]:
    """Run `game-events serve` until the block ends; yield its URL once it is ready.

    Raises DemoError, with the end of the server's log, when it does not become ready.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = data_dir / "server.log"
    command = [sys.executable, "-P", "-m", "game_events_cli.main", "serve"]
    command += [
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--admin-port",
        "0",
        "--data-dir",
        str(data_dir),
        "--sink",
        sink,
    ]
    with open_private(log, "wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, umask=PRIVATE_UMASK)
    try:
        _wait_until_ready(url, process, log)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def is_ready(url: str) -> bool:
    """Asked many times while a server starts: httpx.get would read the certificate authorities each time (35 ms)."""
    server = HTTPConnection(urlsplit(url).netloc, timeout=1.0)
    try:
        server.request("GET", "/ready")
        return server.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        server.close()


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise DemoError(f"the server stopped with exit code {process.returncode}:\n{_tail(log)}")
        if is_ready(url):
            return
        time.sleep(0.05)
    raise DemoError(f"the server was not ready after {START_TIMEOUT_S:.0f} s:\n{_tail(log)}")


def wait_until_drained(data_dir: Path, timeout_s: float) -> None:
    """Return when nothing waits in the spool any more; DemoError when that takes longer than `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while waiting := ledger.waiting(data_dir):
        if time.monotonic() > deadline:
            raise DemoError(
                f"{waiting} still waits in the spool after {timeout_s:.0f} s; see {data_dir / 'server.log'}"
            )
        time.sleep(0.05)


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])
