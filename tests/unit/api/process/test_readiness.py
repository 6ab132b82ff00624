"""What `/ready` rests on."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from game_events_api.process.readiness import Readiness, damage_check
from game_events_api.spool.damaged import keep_loss


def statuses(tmp_path: Path, *, keys: int = 1, failure: str = "", draining: bool = False, redis: Any = None) -> Any:
    spool: Any = SimpleNamespace(failure=failure, bytes_used=7, path=tmp_path / "spool" / "spool-0.db")
    keyring: Any = [None] * keys
    readiness = Readiness(spool, keyring, tmp_path / "status.json", redis)
    readiness.draining = draining
    return {name: check.status for name, check in readiness().items()}


def test_a_server_that_can_store_is_ready_whatever_delivery_does(tmp_path: Path) -> None:
    assert statuses(tmp_path) == {"accepting": "pass", "spool": "pass", "keys": "pass", "delivery": "warn"}


@pytest.mark.parametrize(
    ("given", "check", "status"),
    [
        ({"draining": True}, "accepting", "fail"),
        ({"failure": "disk full"}, "spool", "fail"),
        ({"keys": 0}, "keys", "warn"),
        ({"redis": SimpleNamespace(up=True, failure="")}, "redis", "pass"),
        ({"redis": SimpleNamespace(up=False, failure="gone")}, "redis", "warn"),
    ],
)
def test_each_check_says_what_is_wrong(tmp_path: Path, given: dict[str, Any], check: str, status: str) -> None:
    assert statuses(tmp_path, **given)[check] == status


def test_what_was_set_aside_is_a_warning_that_names_it(tmp_path: Path) -> None:
    keep_loss(tmp_path / "spool" / "spool-0.db", "its log is gone", 1.5e9)

    assert statuses(tmp_path)["damage"] == "warn"
    assert "spool-0-20170714T024000Z" in damage_check(tmp_path / "spool").detail
