"""What `/ready` rests on."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from game_events_api.process.readiness import Readiness


def statuses(tmp_path: Path, *, keys: int = 1, failure: str = "", draining: bool = False, redis: Any = None) -> Any:
    spool: Any = SimpleNamespace(failure=failure, bytes_used=7)
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
