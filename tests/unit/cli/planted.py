"""What can be wrong with a server's data folder: how to make it so, and who has to name it."""

import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple
from unittest.mock import patch

import duckdb
from filelock import FileLock
from game_events_api.admission.key_file import KeyFile
from game_events_api.audit import audit
from game_events_api.metrics import Snapshot, SnapshotFile
from game_events_api.occupancy import occupied
from game_events_api.process.readiness import Readiness
from game_events_api.spool.damaged import keep_loss
from game_events_api.spool.disk_room import DiskRoom
from game_events_cli import doctor

Plant = Callable[[Path, ExitStack], object]
"""Into a data folder; what is to last until the test ends is entered into the stack."""
TABLES = (
    "create table loaded_files (source_file text)",
    "create table raw_events (source_file text, record json, fingerprint text)",
    "create table raw_rejected_events (source_file text)",
    "create table stg_events (i int)",
    "create table int_event_dispositions (i int)",
    "create table fct_purchases (currency text, rate_status text, amount decimal(18, 4), event_date date,"
    " environment text, rate_is_stale boolean)",
)
PENDING = "insert into fct_purchases values ('KWD', 'pending', 1, '2026-11-20', 'production', false)"


class Condition(NamedTuple):
    plant: Plant
    of: str
    """The part that `doctor` names."""
    what: str
    where: str
    check: str = ""
    """What names it in `/ready` of the admin port; empty where the running server does not rest on it."""


def report(data_dir: Path, failure: str = "") -> None:
    """As a worker does each second."""
    spool: Any = SimpleNamespace(failure=failure, bytes_used=9)
    SnapshotFile(data_dir, "spool-0").write(Snapshot(checks=Readiness(spool).report(), written_at=time.time()))


def delivery_said(data_dir: Path, **sink: object) -> None:
    (data_dir / "delivery" / "status.json").write_text(json.dumps({"waiting_blocks": 1, "sinks": {"firehose": sink}}))


def expired(data_dir: Path) -> None:
    (data_dir / "keys.json").unlink()
    KeyFile(data_dir / "keys.json").create("old", expires_at=datetime(2020, 1, 1, tzinfo=UTC))


def in_spool(statement: str) -> Plant:
    def plant(data_dir: Path, _: ExitStack) -> None:
        with closing(sqlite3.connect(data_dir / "spool" / "worker-0.db")) as spool, spool:
            spool.execute(statement)

    return plant


def changed_act(data_dir: Path) -> None:
    audit(data_dir, "keys create", 0.0, "ada")
    path = data_dir / "delivery" / "audit.jsonl"
    path.write_text(path.read_text().replace("ada", "eve"))


def read_only(_: Path, until: ExitStack) -> None:
    until.enter_context(patch.object(tempfile, "NamedTemporaryFile", side_effect=OSError(30, "Read-only")))


def runs(*locks: str) -> Plant:
    """A server, as its locks tell."""

    def plant(data_dir: Path, until: ExitStack) -> None:
        for lock in locks:
            until.enter_context(FileLock(data_dir / lock))

    return plant


SERVES = runs("spool/worker-0.lock", "delivery/delivery.lock")


def delivers(**sink: object) -> Plant:
    def plant(data_dir: Path, until: ExitStack) -> None:
        SERVES(data_dir, until)
        delivery_said(data_dir, **sink)

    return plant


def silent_delivery(data_dir: Path, until: ExitStack) -> None:
    delivers()(data_dir, until)
    os.utime(data_dir / "delivery" / "status.json", (1.7e9, 1.7e9))


def without_workers(data_dir: Path, until: ExitStack) -> None:
    until.enter_context(occupied(data_dir))
    (data_dir / "metrics" / "spool-0.json").unlink()


def warehouse(data_dir: Path, *statements: str) -> Path:
    path = data_dir / "warehouse" / "warehouse.duckdb"
    path.parent.mkdir()
    with duckdb.connect(str(path)) as database:
        for statement in statements:
            database.execute(statement)
    return path


def behind(data_dir: Path) -> None:
    os.utime(warehouse(data_dir, *TABLES), (1.7e9, 1.7e9))
    file = data_dir / "lake" / "events" / "2026" / "a.gz"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"")


def old_rates(data_dir: Path, until: ExitStack) -> None:
    warehouse(data_dir, *TABLES)
    until.enter_context(patch.object(doctor, "RATE_DAYS", -1))


def unmarked(data_dir: Path) -> None:
    (data_dir / "lake" / ".game-events-lake").unlink()
    delivery_said(data_dir, last_error="OSError: the lake has no marker")


def of_disk(answer: bool) -> Plant:
    return lambda d, until: until.enter_context(patch.object(DiskRoom, "has", return_value=answer))


CONDITIONS = {
    "no key": Condition(lambda d, _: (d / "keys.json").unlink(), "keys", "there is no key", "keys.json", "keys"),
    "damaged keys": Condition(
        lambda d, _: (d / "keys.json").write_text("{"), "keys", "no key file", "keys.json", "keys"
    ),
    "expired keys": Condition(lambda d, _: expired(d), "keys", "0 keys are revoked and 1 expired", "keys.json", "keys"),
    "games": Condition(lambda d, _: (d / "games.json").write_text("[]"), "games", "no list", "games.json", "games"),
    "open keys": Condition(
        lambda d, _: (d / "keys.json").chmod(0o644), "data folder", "others may open", "keys.json", "data folder"
    ),
    "open folder": Condition(lambda d, _: d.chmod(0o777), "data folder", "others may write", "data", "data folder"),
    "shut folder": Condition(lambda d, _: d.chmod(0o500), "data folder", "owner may not", "data", "data folder"),
    "another's file": Condition(
        lambda d, _: os.chown(d / "keys.json", 12345, -1), "data folder", "user 12345", "keys.json", "data folder"
    ),
    "read-only": Condition(read_only, "data folder", "cannot be written: Read-only", "data", "data folder"),
    "disk full": Condition(of_disk(False), "disk", "nearly full", "spool", "disk"),
    "clock": Condition(
        lambda d, _: os.utime(d / "spool" / "worker-0.db", (4e9, 4e9)), "clock", "it went back", "worker-0.db", "clock"
    ),
    "another's lake": Condition(
        lambda d, _: (d / "delivery" / "lake.marker").write_text("other"), "lake", "has another lake's marker", "lake"
    ),
    "lake gone": Condition(lambda d, _: unmarked(d), "lake", "has no marker", "lake", "delivery"),
    "no database": Condition(
        lambda d, _: (d / "spool" / "x.db").write_bytes(b"no database" * 99), "spool", "cannot be read", "x.db"
    ),
    "damage": Condition(
        lambda d, _: keep_loss(d / "spool" / "w.db", "its log is gone", 1.5e9),
        "spool",
        "log is gone",
        "damaged",
        "damage",
    ),
    "event lost": Condition(in_spool("DELETE FROM blocks"), "ledger", "accepted 2", "the ledger", "ledger"),
    "dead letters": Condition(
        in_spool("UPDATE ledger SET stage = 'dead_lettered'"), "dead letters", "2 events", "spool", "dead letters"
    ),
    "audit log": Condition(lambda d, _: changed_act(d), "audit log", "line 1 is not what", "audit.jsonl", "audit log"),
    "spool full": Condition(
        lambda d, _: report(d, "9 of 9 bytes are in use"), "workers", "9 of 9 bytes are in use", "spool-0", "spool"
    ),
    "no worker": Condition(without_workers, "server", "none of its workers does", "server.lock", "workers"),
    "no delivery": Condition(runs("spool/worker-0.lock"), "server", "no delivery runs", "delivery.lock"),
    "silent delivery": Condition(silent_delivery, "delivery", "last reported", "status.json", "delivery"),
    "breaker": Condition(
        delivers(breaker="open", last_error="503"), "delivery", "breaker is open", "status.json", "delivery"
    ),
    "failing sink": Condition(
        delivers(last_error="AccessDenied"), "delivery", "AccessDenied", "status.json", "delivery"
    ),
    "wrong error output": Condition(
        delivers(trouble="what Firehose could not deliver cannot be read"),
        *("delivery", "what Firehose could not deliver", "status.json", "delivery"),
    ),
    "old warehouse": Condition(lambda d, _: behind(d), "warehouse", "hours newer", "warehouse.duckdb"),
    "no warehouse": Condition(
        lambda d, _: (d / "warehouse").mkdir(), "warehouse", "no warehouse is in it", "warehouse.duckdb"
    ),
    "damaged warehouse": Condition(
        lambda d, _: warehouse(d).write_bytes(b"no database"), "warehouse", "cannot be read", "warehouse.duckdb"
    ),
    "no rate": Condition(
        lambda d, _: warehouse(d, *TABLES, PENDING), "rates", "1 purchases in KWD have no rate", "warehouse.duckdb"
    ),
    "old rates": Condition(old_rates, "rates", "the ECB's newest rate is of", "--ecb-history"),
}
