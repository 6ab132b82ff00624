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
from game_events_api.diagnosis import REPORT_SECONDS, Examination, Symptom, delivery_check, warnings
from game_events_api.diagnosis.destinations import STATUS_STALE_SECONDS as STALE_SECONDS
from game_events_api.metrics import Snapshot, SnapshotFile
from game_events_api.process.readiness import Readiness
from game_events_api.process.server_readiness import (
    FOLDER_SECONDS,
    REST,
    Look,
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


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_what_stands_in_the_folder_is_looked_at_anew_after_a_while_and_warns() -> None:
    found, clock = [Examination("clock", "", [Symptom("it went back", "a.db", "set it")])], Clock()
    folder = Look(lambda: warnings(found), wait_seconds=60, every_seconds=FOLDER_SECONDS, monotonic=clock)
    assert folder() == {"clock": Check(status="warn", detail="it went back (a.db): set it")}
    found[:] = [Examination("clock", "it is noon")]
    clock.now = FOLDER_SECONDS - 1
    assert folder() != {}
    clock.now = FOLDER_SECONDS
    assert folder() == {}


def test_a_look_that_takes_long_is_rare() -> None:
    clock, looks = Clock(), list[float]()

    def look() -> Mapping[str, Check]:
        looks.append(clock.now)
        clock.now += 10
        return {}

    folder = Look(look, wait_seconds=60, every_seconds=FOLDER_SECONDS, monotonic=clock)
    for clock.now in (0.0, 100.0, 10.0 + 10.0 * REST - 1, 10.0 + 10.0 * REST):
        folder()
    assert looks == [0.0, 10.0 + 10.0 * REST]


def test_what_is_looked_at_for_each_answer_is_always_new() -> None:
    looks = iter(("one", "two"))
    report = Look(lambda: {next(looks): Check(status="pass", detail="")}, wait_seconds=60)
    assert [list(report()), list(report())] == [["one"], ["two"]]


def test_what_a_process_says_of_a_fault_stands_above_what_is_found_beside(tmp_path: Path) -> None:
    report(tmp_path, "spool-0", worker(failure="disk full"))
    warning = Check(status="warn", detail="beside")
    checks = checks_of_server(tmp_path, others=dict.fromkeys(("spool", "keys", "disk"), warning))
    assert checks["spool"].status == "fail"
    assert (checks["keys"], checks["disk"]) == (warning, warning)


@pytest.mark.parametrize("every_seconds", [0.0, FOLDER_SECONDS])
def test_a_disk_that_does_not_answer_holds_up_nobody_and_is_named(every_seconds: float) -> None:
    answers, clock, well = threading.Event(), Clock(), {"spool": Check(status="pass", detail="")}
    hangs = False

    def checks() -> Mapping[str, Check]:
        if hangs:
            answers.wait(60)
            raise OSError("it is broken")
        return well

    look = Look(checks, wait_seconds=60, every_seconds=every_seconds, monotonic=clock)
    assert look() == well
    look = Look(checks, wait_seconds=0.01, every_seconds=every_seconds, monotonic=clock)
    wait_until(lambda: look() == well)
    hangs, clock.now = True, 1000.0
    look()
    clock.now += FOLDER_SECONDS
    said = look()
    assert "its disk does not answer" in said["data folder"].detail
    assert said["spool"] == well["spool"], "what was found last"
    answers.set()
    wait_until(lambda: "it is broken" in str(look()))


def test_a_first_look_that_does_not_end_is_not_all_well() -> None:
    never = threading.Event()
    look = Look(lambda: {"never": Check(status="pass", detail=str(never.wait(60)))}, wait_seconds=0.01)
    assert look()["data folder"].status == "warn"
    never.set()
