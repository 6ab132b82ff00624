"""Processes that enqueue and end, fork, are killed or run under others' servers: what they enqueued arrives, or is said
to be lost.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.sdk_sink import Sink, sink
from unit.sdk.fake_server import KEY

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
