"""A data folder without a server is emptied; one that a server or delivery has is left to it."""

from pathlib import Path

import pytest
from filelock import FileLock
from game_events_api import ledger
from game_events_api.delivery import drain
from game_events_api.errors import DataFolderInUse
from game_events_api.settings import DeliverySettings
from game_events_cli.main import app
from typer.testing import CliRunner, Result
from unit.api.delivery.spool_maker import SpoolMaker, line, rejected_line


@pytest.fixture
def spool(tmp_path: Path) -> SpoolMaker:
    """Of a worker that is gone, with 3 events and a rejected one."""
    maker = SpoolMaker(tmp_path)
    maker.append([line(number) for number in range(3)])
    maker.append([rejected_line(9, {})], stream="rejected")
    return maker


def command(data_dir: Path) -> Result:
    return CliRunner().invoke(app, ["drain", "--data-dir", str(data_dir), "--within", "30s"])


def test_what_waits_is_delivered_and_nothing_waits_then(spool: SpoolMaker, tmp_path: Path) -> None:
    assert ledger.waiting(tmp_path) == 4
    result = command(tmp_path)
    assert result.exit_code == 0, result.output
    assert "0 events wait" in result.output
    assert "keep it" in result.output, "the lake is on this very volume"
    assert ledger.waiting(tmp_path) == 0
    assert len(list((tmp_path / "lake").rglob("*.gz"))) == 2


@pytest.mark.parametrize("lock", ["server.lock", "delivery/delivery.lock", "spool/worker-0.lock"])
def test_a_folder_that_is_in_use_is_not_drained(spool: SpoolMaker, tmp_path: Path, lock: str) -> None:
    (tmp_path / "delivery").mkdir()
    with FileLock(tmp_path / lock):
        with pytest.raises(DataFolderInUse, match=f"{Path(lock).name}"):
            drain(DeliverySettings(data_dir=tmp_path), 1.0)
        assert command(tmp_path).exit_code == 75
    assert ledger.waiting(tmp_path) == 4


def test_what_cannot_be_delivered_in_time_is_told(spool: SpoolMaker, tmp_path: Path) -> None:
    (tmp_path / "lake").write_text("a file where the folder of the lake has to be")
    result = CliRunner().invoke(app, ["drain", "--data-dir", str(tmp_path), "--within", "0s"])
    assert result.exit_code == 1, result.output
    assert "4 events wait" in result.output
