"""What `/ready` rests on."""

import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import wait_until
from game_events_api.diagnosis import REPORT_SECONDS, Examination, Symptom, delivery_check
from game_events_api.diagnosis.destinations import STATUS_STALE_SECONDS as STALE_SECONDS
from game_events_api.metrics import Snapshot, SnapshotFile
from game_events_api.process.readiness import Readiness
from game_events_api.process.server_readiness import (
    LOOK_SECONDS,
    FolderWarnings,
    ServerReadiness,
    damage_check,
    keys_check,
)
from game_events_api.spool.damaged import keep_loss
from game_events_models.http import Check

NOW = 1.7e9
FULL = "disk full; make room or let delivery run, docs/operations.md says how"


def worker(*, failure: str = "", draining: bool = False, redis: Any = None) -> Readiness:
    spool: Any = SimpleNamespace(failure=failure, bytes_used=7)
    readiness = Readiness(spool, redis)
    readiness.draining = draining
    return readiness


def report(data_dir: Path, process: str, readiness: Readiness, at: float = NOW) -> None:
    SnapshotFile(data_dir, process).write(Snapshot(checks=readiness.report(), written_at=at))


class Keys(list[None]):
    """A keyring of so many, which follows its store."""

    failure = ""

    def usable(self, _: object) -> int:
        return len(self)


def checks_of_server(
    data_dir: Path, *, workers: int = 1, keys: int = 1, failure: str = "", others: Any = None
) -> Mapping[str, Check]:
    keyring: Any = Keys([None] * keys)
    own: Any = SimpleNamespace(failure=failure)
    return ServerReadiness(data_dir, keyring, workers, own, lambda: others or {}, lambda: NOW)()


def statuses(data_dir: Path, **given: Any) -> dict[str, str]:
    return {name: check.status for name, check in checks_of_server(data_dir, **given).items()}


def test_a_server_that_can_store_is_ready_whatever_delivery_does(tmp_path: Path) -> None:
    assert worker().is_ready
    report(tmp_path, "spool-0", worker())
    assert statuses(tmp_path) == {
        "workers": "pass",
        "accepting": "pass",
        "spool": "pass",
        "keys": "pass",
        "delivery": "warn",
    }


@pytest.mark.parametrize(
    ("given", "check", "status"),
    [
        ({"draining": True}, "accepting", "fail"),
        ({"failure": "disk full"}, "spool", "fail"),
        ({"failure": "disk full"}, "accepting", "fail"),
        ({"failure": "8 of 8 bytes are in use"}, "accepting", "fail"),
        ({"redis": SimpleNamespace(up=True, failure="")}, "redis", "pass"),
        ({"redis": SimpleNamespace(up=False, failure="gone")}, "redis", "warn"),
    ],
)
def test_each_check_says_what_is_wrong(tmp_path: Path, given: dict[str, Any], check: str, status: str) -> None:
    one = worker(**given)
    assert one.is_ready is (status != "fail")
    assert one()[check].status == status
    report(tmp_path, "spool-0", one)
    assert statuses(tmp_path)[check] == status


def test_a_server_without_a_key_says_so(tmp_path: Path) -> None:
    assert statuses(tmp_path, keys=0)["keys"] == "warn"


def test_one_worker_of_several_that_takes_nothing_is_named_and_the_server_stays_ready(tmp_path: Path) -> None:
    report(tmp_path, "spool-0", worker())
    report(tmp_path, "spool-1", worker(failure="disk full"))
    checks = checks_of_server(tmp_path, workers=2)
    assert (checks["spool"].status, "spool-1: disk full" in checks["spool"].detail) == ("warn", True)
    assert checks["accepting"].status == "warn"
    report(tmp_path, "spool-0", worker(failure="disk full"))
    assert checks_of_server(tmp_path, workers=2)["spool"] == Check(status="fail", detail=FULL)


def test_workers_that_do_not_report_are_missed_and_the_reason_is_told(tmp_path: Path) -> None:
    report(tmp_path, "spool-0", worker())
    report(tmp_path, "spool-1", worker(), at=NOW - REPORT_SECONDS - 1)
    assert checks_of_server(tmp_path, workers=2)["workers"].status == "warn"
    report(tmp_path, "spool-0", worker(), at=NOW - REPORT_SECONDS - 1)
    missed = checks_of_server(tmp_path, workers=2, failure="No space left on device")["workers"]
    assert missed.status == "fail"
    assert "No space left on device" in missed.detail


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


def test_keys_that_cannot_be_followed_are_a_warning_and_stay_in_force() -> None:
    keyring: Any = Keys([None, None])
    keyring.failure = "PostgreSQL at db:5432/keys: no answer within 2 s"
    check = keys_check(keyring, datetime.now(UTC))
    assert check.status == "warn"
    assert check.detail.startswith(f"2 known keys stay in force, and no change is noticed: {keyring.failure}; mend")


def test_what_stands_in_the_folder_is_looked_at_anew_after_a_while_and_warns(tmp_path: Path) -> None:
    found, now = [Examination("clock", "", [Symptom("it went back", "a.db", "set it")])], [0.0]
    folder = FolderWarnings(lambda: found, lambda: now[0], wait_seconds=60)
    assert folder() == {"clock": Check(status="warn", detail="it went back (a.db): set it")}
    found[:] = [Examination("clock", "it is noon")]
    now[0] = LOOK_SECONDS - 1
    assert folder() != {}
    now[0] = LOOK_SECONDS
    assert folder() == {}


def test_what_a_process_says_of_a_fault_stands_above_what_is_found_beside(tmp_path: Path) -> None:
    report(tmp_path, "spool-0", worker(failure="disk full"))
    warning = Check(status="warn", detail="beside")
    checks = checks_of_server(tmp_path, others=dict.fromkeys(("spool", "keys", "disk"), warning))
    assert checks["spool"].status == "fail"
    assert (checks["keys"], checks["disk"]) == (warning, warning)


def test_a_disk_that_does_not_answer_holds_up_nobody_and_is_named() -> None:
    answers, now = threading.Event(), [0.0]

    def examine() -> list[Examination]:
        answers.wait(60)
        raise OSError("it is broken")

    folder = FolderWarnings(examine, lambda: now[0], wait_seconds=0.01)
    assert folder() == {}
    now[0] = LOOK_SECONDS
    assert "its disk does not answer" in folder()["data folder"].detail
    answers.set()
    wait_until(lambda: "it is broken" in str(folder()))
