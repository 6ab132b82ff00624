"""Two instances behind nginx with TLS, Redis and PostgreSQL, as processes: what deploy/ promises of several servers."""

import shutil
import ssl
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from conftest import RunningServer, ServerFactory, lake_ids, wait_until
from documents import ROOT
from game_events_api import ledger
from game_events_api.admission import KeyDatabase
from game_events_devtools.demo import stack
from integration.edge_wire import install
from integration.postgres_process import PostgresProcess, postgres
from integration.redis_process import RedisProcess, redis_folder, redis_process
from needs_tools import find_tool

__all__ = ["postgres", "redis_folder", "redis_process"]
SENDERS = 4
RATE = 200
TRIES = 8


@contextmanager
def nginx(folder: Path, servers: list[RunningServer]) -> Iterator[str]:
    """deploy/nginx/game-events.conf itself, with these servers, free ports and a certificate of its own."""
    folder.mkdir()
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *files, *subject], check=True)
    tls, plain = stack.free_port(), stack.free_port()
    text = (ROOT / "deploy" / "nginx" / "game-events.conf").read_text(encoding="utf-8")
    line = "server 127.0.0.1:8000 max_fails=0;"
    upstreams = " ".join(line.replace("127.0.0.1:8000", urlsplit(one.url).netloc) for one in servers)
    for old, new in (
        (line, upstreams),
        ("listen 443 ", f"listen 127.0.0.1:{tls} "),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("/etc/ssl/game-events/", f"{folder}/"),
    ):
        assert old in text
        text = text.replace(old, new)
    (folder / "game-events.conf").write_text(text)
    log = folder / "error.log"
    main = folder / "nginx.conf"
    paths = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main.write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {log}; events {{}}"
        f" http {{ {paths} include {folder}/game-events.conf; }}"
    )
    tool = find_tool("nginx")
    assert tool is not None
    process = subprocess.Popen([tool, "-c", str(main), "-p", str(folder), "-e", str(log)])
    url = f"https://127.0.0.1:{tls}"
    try:
        with client(folder) as asking:
            wait_until(lambda: answers(asking, url), explain=lambda: log.read_text())
        yield url
    finally:
        process.terminate()
        process.wait(20)


def client(folder: Path) -> httpx.Client:
    return httpx.Client(verify=ssl.create_default_context(cafile=str(folder / "fullchain.pem")), timeout=10)


def answers(asking: httpx.Client, url: str) -> bool:
    try:
        return asking.get(f"{url}/ready").status_code == 200
    except httpx.TransportError:
        return False


@dataclass
class Sender:
    """Sends event after event, each until it is answered 202 or TRIES are over."""

    url: str
    folder: Path
    key: str
    accepted: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        with client(self.folder) as sending:
            while not self.over.is_set():
                self._send(sending)

    def _send(self, sending: httpx.Client) -> None:
        event, why = install(), ""
        for attempt in range(TRIES):
            try:
                answer = sending.post(f"{self.url}/v1/events/install", json=event, headers=bearer(self.key))
            except httpx.TransportError as error:
                why = repr(error)
            else:
                if answer.status_code == 202:
                    self.accepted.append(str(event["event_id"]))
                    return
                why = answer.text
            time.sleep(min(0.05 * 2**attempt, 1.0))
        self.failed.append(why)


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@contextmanager
def sending(url: str, folder: Path, key: str) -> Iterator[list[Sender]]:
    senders = [Sender(url, folder, key) for _ in range(SENDERS)]
    threads = [threading.Thread(target=one.run) for one in senders]
    for thread in threads:
        thread.start()
    yield senders
    for one in senders:
        one.over.set()
    for thread in threads:
        thread.join()


def more(senders: list[Sender], number: int) -> None:
    """Return once so many further events have been accepted."""
    before = sum(len(one.accepted) for one in senders)
    wait_until(lambda: sum(len(one.accepted) for one in senders) >= before + number, 60)


@pytest.mark.long
@pytest.mark.needs("nginx")
@pytest.mark.needs("postgres")
@pytest.mark.needs("redis-server")
@pytest.mark.needs("openssl")
def test_two_instances_are_one_to_clients(
    start_server: ServerFactory, tmp_path: Path, postgres: PostgresProcess, redis_process: RedisProcess
) -> None:
    keys = KeyDatabase(postgres.url())
    keys.prepare()
    key, limited, leaked = (keys.create(name) for name in ("game", "limited", "leaked"))
    shared = {
        "redis_url": redis_process.url,
        "redis_timeout_seconds": 2,
        "keys_url": postgres.url(),
        "trusted_proxies": "127.0.0.1",
        "events_per_second": RATE,
        "burst_seconds": 1,
    }
    one, two = servers = [start_server(**shared) for _ in range(2)]
    folder = tmp_path / "nginx"
    with nginx(folder, servers) as url:
        assert_limits_are_global(url, folder, limited)
        assert_a_revoked_key_stops(keys, leaked, servers)
        with sending(url, folder, key) as senders:
            more(senders, 100)
            one.kill()
            more(senders, 100)
            one.start()
            new = keys.rotate(key.split("_")[2], timedelta(days=1))
            more(senders, 100)
            for sender in senders:
                sender.key = new
            two.stop()
            more(senders, 100)
            two.start()
            more(senders, 100)
        assert [why for sender in senders for why in sender.failed] == []
    for server in servers:
        server.wait_until_delivered()
    arrived: Counter[str] = Counter()
    for server in servers:
        arrived += lake_ids(server.data_dir)
    sent = [event_id for sender in senders for event_id in sender.accepted]
    assert set(sent) - arrived.keys() == set()
    # One that died after its commit and before it could tell Redis: its clients sent those few again.
    assert len([event_id for event_id in sent if arrived[event_id] > 1]) <= SENDERS
    assert sum(ledger.read(server.data_dir).total("delivered") for server in servers) == arrived.total()
    shutil.rmtree(folder)


def assert_limits_are_global(url: str, folder: Path, key: str) -> None:
    """However many servers a key's requests are spread over, it has one burst and one rate."""
    taken, began = 0, time.monotonic()
    with client(folder) as asking:
        while time.monotonic() - began < 4:
            events = [install() for _ in range(20)]
            answer = asking.post(f"{url}/v1/events/batch", json={"events": events}, headers=bearer(key))
            taken += 20 if answer.status_code == 202 else 0
        allowed = RATE * (1 + time.monotonic() - began)
    assert 0.95 * allowed <= taken <= 1.05 * allowed, (taken, allowed)


def assert_a_revoked_key_stops(keys: KeyDatabase, key: str, servers: list[RunningServer]) -> None:
    def statuses() -> set[int]:
        return {
            httpx.post(f"{one.url}/v1/events/install", json=install(), headers=bearer(key)).status_code
            for one in servers
        }

    wait_until(lambda: statuses() == {202}, 5)
    keys.revoke(key.split("_")[2])
    wait_until(lambda: statuses() == {401}, 5)
