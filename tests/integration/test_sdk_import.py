"""What importing the SDK asks of the machine: nothing that only POSIX or a test environment has."""

import subprocess
import sys

ELSEWHERE = """
import os, sys
hidden = ("fcntl", "grp", "pwd", "resource", "termios", "pytest")
sys.modules.update(dict.fromkeys(hidden))  # importing one of them is an ImportError now
for name in ("register_at_fork", "fork", "getuid", "geteuid", "fchmod"):
    delattr(os, name)

from game_events import GameAnalyticsClient
from game_events.testing import FakeServer, capture

context = dict(game_id="puzzle-quest", platform="windows", app_version="1.0", environment="sandbox")
server = FakeServer()
with server.client(spool=sys.argv[1], **context) as client:
    client.player("player-1", session="s").install(install_source="organic")
    assert client.flush() == 0
assert len(server.events) == 1
"""


def test_the_sdk_works_where_neither_fcntl_nor_fork_nor_pytest_is(tmp_path: object) -> None:
    command = [sys.executable, "-c", ELSEWHERE, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
