"""What `/ready` rests on."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from game_events_api.process.readiness import STATUS_STALE_SECONDS as STALE_SECONDS
from game_events_api.process.readiness import Readiness, damage_check, delivery_check
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


@pytest.mark.parametrize("failure", ["disk full", "8 of 8 bytes are in use"])
def test_a_server_that_cannot_store_says_that_it_takes_nothing(tmp_path: Path, failure: str) -> None:
    assert statuses(tmp_path, failure=failure)["accepting"] == "fail"


@pytest.mark.parametrize(
    ("sink", "status", "said"),
    [
        ({}, "pass", "8 blocks wait"),
        ({"breaker": "closed", "last_error": None}, "pass", "8 blocks wait"),
        ({"breaker": "open", "last_error": "ServiceUnavailable"}, "warn", "the breaker is open"),
        ({"breaker": "half-open", "last_error": None}, "warn", "the breaker is half-open"),
        ({"breaker": "closed", "last_error": "OSError: no space left"}, "warn", "no space left"),
    ],
)
def test_delivery_that_does_not_get_on_is_a_warning(tmp_path: Path, sink: Any, status: str, said: str) -> None:
    path = tmp_path / "status.json"
    path.write_text(json.dumps({"waiting_blocks": 8, "sinks": {"firehose": sink}}))
    check = delivery_check(path)
    assert (check.status, said in check.detail) == (status, True), check
    assert "8 blocks wait" in check.detail


def test_what_delivery_said_long_ago_is_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    path.write_text(json.dumps({"waiting_blocks": 0, "sinks": {}}))
    written = path.stat().st_mtime
    assert delivery_check(path, lambda: written + STALE_SECONDS - 1).status == "pass"
    assert delivery_check(path, lambda: written + STALE_SECONDS + 1).status == "warn"


def test_what_was_set_aside_is_a_warning_that_names_it(tmp_path: Path) -> None:
    keep_loss(tmp_path / "spool" / "spool-0.db", "its log is gone", 1.5e9)

    assert statuses(tmp_path)["damage"] == "warn"
    assert "spool-0-20170714T024000Z" in damage_check(tmp_path / "spool").detail
