"""The parent of the server's processes, before it starts any."""

import sys

import pytest
from game_events_api.errors import ConfigurationError
from game_events_api.process.supervisor import supervise


def test_on_windows_the_server_says_where_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")

    with pytest.raises(ConfigurationError, match="WSL"):
        supervise("127.0.0.1", 0, 1, {}, admin=None, stop_seconds=0, hang_seconds=0, report=print, started=print)
