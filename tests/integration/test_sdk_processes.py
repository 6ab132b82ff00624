"""Processes that enqueue and end, fork, are killed or run under others' servers: what they enqueued arrives, or is said
to be lost.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import httpx
import pytest
from integration.sdk_sink import Sink, sink
from unit.sdk.fake_server import KEY

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SHARED = {"GAME_ID": "puzzle-quest", "PLATFORM": "android", "APP_VERSION": "1.4.2", "ENVIRONMENT": "production"}
PROGRAM = r"""
import asyncio, logging, multiprocessing, os, sys, time
from game_events import AsyncGameAnalyticsClient, GameAnalyticsClient

URL, KEY, SPOOL = sys.argv[1], os.environ["KEY"], sys.argv[2]
SHARED = dict(game_id="puzzle-quest", platform="android", app_version="1.4.2", environment="production")

def enqueue(client, number):
    player = client.player("player-1", session="session-1")
    for _ in range(number):
        os.write(1, (player.install(install_source="organic") + "\n").encode())  # in one piece, beside other threads

"""


@pytest.fixture
def server() -> Iterator[Sink]:
    with sink() as taking:
        yield taking


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


def start(program: str, url: str, spool: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", PROGRAM + program, url, str(spool)]
    environment = {**os.environ, "KEY": KEY}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def run(program: str, url: str, spool: Path) -> tuple[list[str], str]:
    """The ids of the events that it enqueued, and what it said of them."""
    with start(program, url, spool) as process:
        out, err = process.communicate(timeout=60)
    return out.split(), err


ENDINGS = {
    "a script that ends at once": "enqueue(GameAnalyticsClient(URL, KEY, **SHARED), 47)",
    "one with a spool": "enqueue(GameAnalyticsClient(URL, KEY, spool=SPOOL, **SHARED), 47)",
    "one that raises": "enqueue(GameAnalyticsClient(URL, KEY, **SHARED), 47); sys.exit('failed')",
    "one without a thread": "enqueue(GameAnalyticsClient(URL, KEY, background=False, **SHARED), 47)",
    "a fork, with a connection that was used": """
client = GameAnalyticsClient(URL, KEY, **SHARED)
enqueue(client, 20); client.flush(); enqueue(client, 10)
if os.fork() == 0:
    assert client.stats().offered == 0
    enqueue(client, 17); sys.exit()
os.wait()
""",
    "a process of multiprocessing": """
client = GameAnalyticsClient(URL, KEY, **SHARED)
enqueue(client, 7)
child = multiprocessing.get_context("fork").Process(target=enqueue, args=(client, 40)); child.start(); child.join()
""",
    "a fork while other threads enqueue": """
import threading
client = GameAnalyticsClient(URL, KEY, spool=SPOOL, **SHARED)
threads = [threading.Thread(target=enqueue, args=(client, 200)) for _ in range(3)]
for thread in threads: thread.start()
for _ in range(5):
    if os.fork() == 0:
        enqueue(client, 3); client.close(); os._exit(0)
    os.wait()
for thread in threads: thread.join()
""",
    "asyncio": """
async def main():
    async with AsyncGameAnalyticsClient(URL, KEY, **SHARED) as client:
        enqueue(client, 47)
asyncio.run(main())
""",
    "asyncio, cancelled": """
async def main():
    enqueue(AsyncGameAnalyticsClient(URL.replace("127.0.0.1", "localhost"), KEY, **SHARED), 47)
    asyncio.current_task().cancel()
    await asyncio.sleep(9)
try: asyncio.run(main())
except asyncio.CancelledError: pass
""",
    "a burst": """
client = GameAnalyticsClient(URL, KEY, **SHARED)
player = client.player("player-1", session="session-1")
print(*[player.install(install_source="organic") for _ in range(30_000)])
client.close(60)
""",
}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_enqueued_arrives_however_the_program_ends(ending: str, server: Sink, spool: Path) -> None:
    offered, said = run(ENDINGS[ending], server.url, spool)
    assert len(offered) >= 47
    assert server.arrived.keys() == set(offered), said
    assert "game_events" not in said


def test_a_program_that_ends_without_python_leaves_its_events_on_disk(server: Sink, spool: Path) -> None:
    program = "client = GameAnalyticsClient(URL, KEY, spool=SPOOL, **SHARED); enqueue(client, 47); os._exit(0)"
    server.is_away = True
    offered, _ = run(program, server.url, spool)
    assert not server.arrived
    server.is_away = False
    run("GameAnalyticsClient(URL, KEY, spool=SPOOL, **SHARED).close(20)", server.url, spool)
    assert server.arrived.keys() == set(offered)
    assert list(spool.iterdir()) == []


def test_killed_programs_lose_nothing_that_was_enqueued(server: Sink, spool: Path) -> None:
    program = "client = GameAnalyticsClient(URL, KEY, spool=SPOOL, **SHARED); enqueue(client, 100_000)"
    offered: set[str] = set()
    for number in (1, 60, 400):
        with start(program, server.url, spool) as process:
            assert process.stdout is not None
            offered |= {process.stdout.readline().strip() for _ in range(number)}
            process.send_signal(signal.SIGKILL)
            offered |= {line.strip() for line in process.stdout if len(line) == 37}
    run("GameAnalyticsClient(URL, KEY, spool=SPOOL, **SHARED).close(30)", server.url, spool)
    assert offered - server.arrived.keys() == set()


@pytest.mark.parametrize("program", [ENDINGS["a script that ends at once"], ENDINGS["asyncio, cancelled"]])
def test_a_program_whose_server_is_dead_ends_and_says_once_what_is_lost(program: str, spool: Path) -> None:
    """Without its bound the program never ends: the time limit of `run` is what fails."""
    offered, said = run(program, "http://127.0.0.1:9", spool)
    assert len(offered) == 47
    assert said.count("47 events are lost") == 1
    assert KEY not in said


def under_others(command: list[str], server: Sink, queue: Path) -> "subprocess.Popen[str]":
    """A server of others that loads `forking_app` and forks."""
    environment = {
        **os.environ,
        "GAME_EVENTS_URL": server.url,
        "GAME_EVENTS_API_KEY": KEY,
        "QUEUE": str(queue),
        **{f"GAME_EVENTS_{name}": value for name, value in SHARED.items()},
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), str(EXAMPLES)]),
    }
    command = [sys.executable, "-m", *command]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ids_by_process(lines: Iterable[str]) -> dict[str, str]:
    """By event_id, the process that enqueued it."""
    return {event_id: process for process, event_id in map(str.split, lines)}


def test_workers_that_gunicorn_forked_lose_nothing(server: Sink, tmp_path: Path) -> None:
    socket = tmp_path / "socket"
    options = ["--preload", "--workers", "4", "--bind", f"unix:{socket}", "--log-level", "warning"]
    with under_others(["gunicorn", *options, "forking_app:application"], server, tmp_path) as gunicorn:
        while not socket.exists() and gunicorn.poll() is None:
            time.sleep(0.02)
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(socket))) as client:
            said = [client.get("http://e", headers={"Connection": "close"}).text for _ in range(60)]
        gunicorn.send_signal(signal.SIGTERM)
        _, err = gunicorn.communicate(timeout=60)
    ids = ids_by_process(said)
    assert str(gunicorn.pid) not in ids.values()
    assert len(server.arrived) == 1 + len(said)
    assert ids.keys() < server.arrived.keys(), err


def test_workers_that_celery_forked_lose_nothing(server: Sink, tmp_path: Path) -> None:
    options = [
        "worker",
        "--pool",
        "prefork",
        "--concurrency",
        "2",
        "--without-gossip",
        "--without-mingle",
        "--loglevel",
        "WARNING",
    ]
    with under_others(["celery", "--app", "forking_app", *options], server, tmp_path) as worker:
        send = "import forking_app as app; [app.enqueue.delay(number) for number in range(40)]; app.client.close()"
        with under_others(["timeit", "-n", "1", "-r", "1", send], server, tmp_path) as sender:
            _, err = sender.communicate(timeout=60)
            assert sender.returncode == 0, err
        assert worker.stdout is not None
        said = list(islice((line for line in worker.stdout if re.fullmatch(r"\d+ [0-9a-f-]{36}\n", line)), 40))
        worker.send_signal(signal.SIGTERM)
        _, err = worker.communicate(timeout=60)
    ids = ids_by_process(said)
    assert str(worker.pid) not in ids.values()
    assert ids.keys() < server.arrived.keys(), err
