"""`game-events doctor` names each planted condition with its place, and nothing when all is well."""

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock
from game_events_api.admission.key_file import KeyFile
from game_events_api.delivery.lake_sink import Directory
from game_events_api.spool.damaged import keep_loss
from game_events_cli.main import app
from typer.testing import CliRunner
from unit.api.delivery.spool_maker import SpoolMaker, line

Plant = Callable[[Path], object]
AWS_VARIABLES = {
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
    "AWS_CONFIG_FILE": "/nowhere",
}
FIREHOSE = {"GAME_EVENTS_SINK": "firehose", **AWS_VARIABLES}
SILENT = "http://127.0.0.1:1"
KEYS = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """Of a server that is stopped: a key, two events that wait, a lake that was written."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    KeyFile(folder / "keys.json").create("game")
    SpoolMaker(folder).append([line(1), line(2)])
    Directory(folder / "lake", folder / "delivery" / "lake.marker").stands("events/none.gz")
    return folder


def doctor(data_dir: Path) -> Any:
    return CliRunner().invoke(app, ["doctor", "--data-dir", str(data_dir), "--json"])


def symptoms(data_dir: Path, code: int = 1) -> list[tuple[str, str, str]]:
    """What, of what and where; `code` is what the command is to end with, if it finds something."""
    result = doctor(data_dir)
    document = json.loads(result.stdout)
    assert (document["well"], "secret" in result.stdout) == (result.exit_code == 0, False)
    assert result.exit_code in (0, code)
    examinations = document["examinations"]
    return [(one["of"], found["what"], found["where"]) for one in examinations for found in one["symptoms"]]


def test_nothing_is_named_when_all_is_well(data_dir: Path) -> None:
    assert symptoms(data_dir) == []
    result = CliRunner().invoke(app, ["doctor", "--data-dir", str(data_dir)])
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "nothing to mend")


def expired(data_dir: Path) -> None:
    (data_dir / "keys.json").unlink()
    KeyFile(data_dir / "keys.json").create("old", expires_at=datetime(2020, 1, 1, tzinfo=UTC))


def lose_an_event(data_dir: Path) -> None:
    with closing(sqlite3.connect(data_dir / "spool" / "worker-0.db")) as spool, spool:
        spool.execute("DELETE FROM blocks")


def dead_letter(data_dir: Path) -> None:
    with closing(sqlite3.connect(data_dir / "spool" / "worker-0.db")) as spool, spool:
        spool.execute("UPDATE ledger SET stage = 'dead_lettered'")


def of_the_future(data_dir: Path) -> None:
    os.utime(data_dir / "spool" / "worker-0.db", (4e9, 4e9))


def warehouse(data_dir: Path, *statements: str) -> Path:
    path = data_dir / "warehouse" / "warehouse.duckdb"
    path.parent.mkdir()
    with duckdb.connect(str(path)) as database:
        for statement in statements:
            database.execute(statement)
    return path


def behind(data_dir: Path) -> None:
    path = warehouse(data_dir, *TABLES)
    os.utime(path, (1.7e9, 1.7e9))
    file = data_dir / "lake" / "events" / "2026" / "a.gz"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"")


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


@pytest.mark.parametrize(
    ("plant", "of", "what", "where"),
    [
        (lambda d: (d / "keys.json").unlink(), "keys", "there is no key", "keys.json"),
        (lambda d: (d / "keys.json").write_text("{"), "keys", "is no key file", "keys.json"),
        (expired, "keys", "0 keys are revoked and 1 expired", "keys.json"),
        (lambda d: (d / "games.json").write_text("[]"), "games", "is no list of games", "games.json"),
        (lambda d: (d / "keys.json").chmod(0o644), "data folder", "others may open the key file", "keys.json"),
        (lambda d: d.chmod(0o777), "data folder", "others may write into it", "data"),
        (lambda d: d.chmod(0o500), "data folder", "its owner may not use it", "data"),
        (lambda d: os.chown(d / "keys.json", 12345, -1), "data folder", "belongs to user 12345", "keys.json"),
        (lambda d: (d / "delivery" / "lake.marker").write_text("other"), "lake", "has another lake's marker", "lake"),
        (lambda d: (d / "lake" / ".game-events-lake").unlink(), "lake", "has no marker", "lake"),
        (lambda d: (d / "spool" / "x.db").write_bytes(b"no database" * 99), "spool", "cannot be read", "x.db"),
        (lambda d: keep_loss(d / "spool" / "w.db", "its log is gone", 1.5e9), "spool", "its log is gone", "damaged"),
        (lose_an_event, "ledger", "accepted 2", "the ledger"),
        (dead_letter, "dead letters", "2 events", "spool"),
        (of_the_future, "clock", "it went back", "worker-0.db"),
        (behind, "warehouse", "hours newer", "warehouse.duckdb"),
        (lambda d: warehouse(d, *TABLES, PENDING), "rates", "1 purchases in KWD have no rate", "warehouse.duckdb"),
        (lambda d: warehouse(d).write_bytes(b"no database"), "warehouse", "cannot be read", "warehouse.duckdb"),
    ],
)
def test_each_condition_of_the_folder_is_named(data_dir: Path, plant: Plant, of: str, what: str, where: str) -> None:
    if os.geteuid() and of == "data folder" and "belongs" in what:
        pytest.skip("only root gives files away")
    plant(data_dir)

    assert [found for found in symptoms(data_dir) if found[0] == of and what in found[1] and where in found[2]]


@pytest.mark.parametrize(
    ("variables", "of", "what"),
    [
        ({"GAME_EVENTS_WORKRS": "2"}, "settings", "did you mean GAME_EVENTS_WORKERS?"),
        ({"GAME_EVENTS_PORT": "none"}, "settings", "GAME_EVENTS_PORT"),
        ({"GAME_EVENTS_REDIS_URL": "redis://:secret@127.0.0.1:1"}, "redis", "Redis does not answer"),
        ({"GAME_EVENTS_MAX_CONNECTIONS": str(2**40)}, "open files", "too few"),
        (FIREHOSE, "firehose", "region"),
        ({**FIREHOSE, "GAME_EVENTS_AWS_REGION": "eu-west-1"}, "firehose", "credentials"),
        (
            {**FIREHOSE, **KEYS, "GAME_EVENTS_AWS_REGION": "eu-west-1", "GAME_EVENTS_FIREHOSE_ENDPOINT_URL": SILENT},
            "firehose",
            SILENT,
        ),
        (
            {
                **AWS_VARIABLES,
                **KEYS,
                "GAME_EVENTS_SINK": "s3",
                "GAME_EVENTS_S3_BUCKET": "lake",
                "GAME_EVENTS_AWS_REGION": "eu-west-1",
                "GAME_EVENTS_S3_ENDPOINT_URL": SILENT,
            },
            "s3",
            SILENT,
        ),
    ],
)
def test_each_condition_of_the_settings_is_named(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], of: str, what: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    found = symptoms(data_dir, 2 if of == "settings" else 1)
    assert [one[0] for one in found if what in one[1]] == [of]


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.write_text("")])
def test_a_data_folder_that_is_none_ends_with_2(tmp_path: Path, make: Callable[[Path], object]) -> None:
    make(tmp_path / "data")

    assert [found[0] for found in symptoms(tmp_path / "data", 2)] == ["data folder"]


def test_an_edited_schema_is_named(tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    schemas = tmp_path / "schemas"
    (schemas / "level").mkdir(parents=True)
    (schemas / "level" / "1-0-0.json").write_text("{}")
    (schemas / "lock.json").write_text('{"level/1-0-0": "sha256:of another"}')
    (tmp_path / "openapi.yaml").touch()
    monkeypatch.chdir(tmp_path)

    (found,) = symptoms(data_dir)
    assert "level/1-0-0: published versions never change" in found[1]


def test_a_server_without_delivery_and_a_delivery_that_is_silent_are_named(data_dir: Path) -> None:
    with FileLock(data_dir / "spool" / "worker-0.lock"):
        assert [found[:1] for found in symptoms(data_dir)] == [("server",)]
        with FileLock(data_dir / "delivery" / "delivery.lock"):
            assert symptoms(data_dir)[0][:2] == ("delivery", "delivery has not reported yet")
            status = data_dir / "delivery" / "status.json"
            status.write_text("{}")
            assert symptoms(data_dir) == []
            status.write_text('{"sinks": {"firehose": {"breaker": "open", "last_error": "ServiceUnavailable"}}}')
            assert "the breaker is open" in symptoms(data_dir)[0][1]
            os.utime(status, (1.7e9, 1.7e9))
            assert "delivery last reported" in symptoms(data_dir)[0][1]
