"""`game-events console` has its port to itself."""

import socket
from pathlib import Path

import pytest
from game_events_api.admission import KeyFile
from game_events_cli.console import NotStarted, opened


def test_no_console_starts_on_a_port_that_another_shares(tmp_path: Path) -> None:
    with socket.socket() as another:
        another.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as the admin port's process does
        another.bind(("127.0.0.1", 0))
        another.listen()
        port = another.getsockname()[1]
        with pytest.raises(NotStarted, match=f"cannot listen on 127.0.0.1:{port}"), opened(tmp_path, port):
            pass
    assert KeyFile(tmp_path / "keys.json").read() == []
