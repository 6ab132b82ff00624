"""What importing the SDK asks of the machine: nothing that only POSIX or a test environment has, little time, and no
more when the first event comes.
"""

import subprocess
import sys

ELSEWHERE = """
import os, sys
hidden = ("fcntl", "grp", "pwd", "resource", "termios", "pytest")
sys.modules.update(dict.fromkeys(hidden))  # importing one of them is an ImportError now
for name in ("register_at_fork", "fork", "getuid", "geteuid", "fchmod"):
    delattr(os, name)

import game_events
assert not {"asyncio", "httpx", "pydantic", "game_events_models"} & {*sys.modules}  # each name brings what it needs
from game_events import AsyncGameAnalyticsClient, GameAnalyticsClient, ServerUnreachableError
from game_events_models.purchase import v1_0_0
events = [name for name in sys.modules if name.startswith("game_events_models.") and ".v" in name]
assert sorted(events) == ["game_events_models.common.v1_0_0", "game_events_models.purchase.v1_0_0"], events

import asyncio
context = dict(game_id="puzzle-quest", platform="windows", app_version="1.0", environment="sandbox")
install = dict(user_id="player-1", session_id="s", install_source="organic")
nobody = dict(base_url="http://localhost:9", api_key="ge_test_key", max_attempts=1, **context)

def first_events():
    with GameAnalyticsClient(**nobody) as client:
        loaded = {*sys.modules}
        client.player("player-1", session="s").install(install_source="organic")
        try: client.send_install_event(**install)
        except ServerUnreachableError: pass
        assert {*sys.modules} == loaded, {*sys.modules} - loaded
        client.close(0)

async def first_awaited_event():
    async with AsyncGameAnalyticsClient(**nobody) as client:
        loaded = {*sys.modules}
        try: await client.send_install_event(**install)
        except ServerUnreachableError: pass
        assert {*sys.modules} == loaded, {*sys.modules} - loaded

import logging
logging.disable()  # what is lost here
first_events()
asyncio.run(first_awaited_event())

from game_events.testing import FakeServer, capture

server = FakeServer()
with server.client(spool=sys.argv[1], **context) as client:
    client.player("player-1", session="s").install(install_source="organic")
    assert client.flush() == 0
assert len(server.events) == 1

import importlib, pkgutil
for module in [*pkgutil.walk_packages(game_events.__path__, "game_events.")]:  # each may be the first that is imported
    for name in [name for name in sys.modules if name.partition(".")[0] == "game_events"]:
        del sys.modules[name]
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""


def test_the_sdk_works_where_neither_fcntl_nor_fork_nor_pytest_is_and_its_first_event_imports_nothing(
    tmp_path: object,
) -> None:
    command = [sys.executable, "-c", ELSEWHERE, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
