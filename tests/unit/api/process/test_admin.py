"""The admin port's process, put together."""

from pathlib import Path

import pytest
from game_events_api.process.admin import Admin
from game_events_api.settings import AdminSettings, Settings


@pytest.mark.parametrize(("port", "process"), [(8000, "admin"), (0, "console")])
def test_a_console_counts_beside_the_server_and_not_over_it(tmp_path: Path, port: int, process: str) -> None:
    assert Admin(Settings(data_dir=tmp_path, port=port), AdminSettings()).metrics.process == process
