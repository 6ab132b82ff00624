"""`game-events doctor` names each planted condition with its place, and nothing when all is well."""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from game_events_api.admission.key_file import KeyFile
from game_events_api.admission.keyring import Keyring
from game_events_api.delivery.lake_sink import Directory
from game_events_api.diagnosis import examine_folder, warnings
from game_events_api.errors import FileDamaged
from game_events_api.metrics import SnapshotFile
from game_events_api.process.server_readiness import ServerReadiness
from game_events_api.settings import Settings
from game_events_cli.main import app
from game_events_models.http import Check
from typer.testing import CliRunner
from unit.api.delivery.spool_maker import SpoolMaker, line
from unit.cli.planted import CONDITIONS, delivery_said, report

AWS_VARIABLES = {
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
    "AWS_CONFIG_FILE": "/nowhere",
}
FIREHOSE = {"GAME_EVENTS_SINK": "firehose", **AWS_VARIABLES}
SILENT = "http://127.0.0.1:1"
KEYS = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
SET = {**KEYS, "GAME_EVENTS_AWS_REGION": "eu-west-1", "GAME_EVENTS_FIREHOSE_ENDPOINT_URL": SILENT}


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """Of a server that is stopped: a key, two events that wait, a lake that was written."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    KeyFile(folder / "keys.json").create("game")
    SpoolMaker(folder).append([line(1), line(2)])
    Directory(folder / "lake", folder / "delivery" / "lake.marker").stands("events/none.gz")
    report(folder)
    delivery_said(folder)
    return folder


def doctor(data_dir: Path) -> Any:
    return CliRunner().invoke(app, ["doctor", "--data-dir", str(data_dir), "--json"])


def symptoms(data_dir: Path, code: int = 1) -> list[tuple[str, str, str]]:
    """What, of what and where; `code` is what the command is to end with, if it finds something."""
    result = doctor(data_dir)
    document = json.loads(result.stdout)
    assert (document["well"], "secret" in result.stdout) == (result.exit_code == 0, False)
    assert result.exit_code in (0, code)
    found = [(one["of"], symptom) for one in document["examinations"] for symptom in one["symptoms"]]
    assert all(symptom["what"] and symptom["where"] and symptom["remedy"] for _, symptom in found)
    return [(of, symptom["what"], symptom["where"]) for of, symptom in found]


def ready(data_dir: Path) -> Mapping[str, Check]:
    """What the admin port of a server on this folder would say, whose keys were read when it was well."""
    keyring = Keyring(KeyFile(data_dir / "none.json"))
    keyring.store = KeyFile(data_dir / "keys.json")
    try:
        keyring.refresh()
    except FileDamaged as error:
        keyring.failure = str(error)
    settings, own = Settings(data_dir=data_dir), SnapshotFile(data_dir, "admin")
    return ServerReadiness(data_dir, keyring, 1, own, lambda: warnings(examine_folder(settings)))()


def test_nothing_is_named_when_all_is_well(data_dir: Path) -> None:
    assert symptoms(data_dir) == []
    assert {check.status for check in ready(data_dir).values()} == {"pass"}
    result = CliRunner().invoke(app, ["doctor", "--data-dir", str(data_dir)])
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "nothing to mend")


@pytest.mark.parametrize("name", CONDITIONS)
def test_each_condition_of_the_folder_is_named(data_dir: Path, name: str) -> None:
    """By `doctor`, and in `/ready` where the running server rests on it."""
    if os.geteuid() and name == "another's file":
        pytest.skip("only root gives files away")
    condition = CONDITIONS[name]
    with ExitStack() as until:
        condition.plant(data_dir, until)
        found = symptoms(data_dir)
        checks = ready(data_dir)

    assert [one for one in found if one[0] == condition.of and condition.what in one[1] and condition.where in one[2]]
    named = {name: check.detail for name, check in checks.items() if check.status != "pass"}
    assert not condition.check or len(named[condition.check].split()) > 4, "a sentence, not a code"


@pytest.mark.parametrize(
    ("variables", "of", "what"),
    [
        ({"GAME_EVENTS_WORKRS": "2"}, "settings", "did you mean GAME_EVENTS_WORKERS?"),
        ({"GAME_EVENTS_PORT": "none"}, "settings", "GAME_EVENTS_PORT"),
        ({"GAME_EVENTS_REDIS_URL": "redis://:secret@127.0.0.1:1"}, "redis", "Redis does not answer"),
        ({"GAME_EVENTS_KEYS_URL": "postgresql://keys:secret@127.0.0.1:1/keys"}, "keys", "no change"),
        ({"GAME_EVENTS_KEYS_URL_FILE": "/nowhere/url"}, "settings", "/nowhere/url cannot be read"),
        ({"GAME_EVENTS_OIDC_ISSUER": SILENT, "GAME_EVENTS_OIDC_AUDIENCE": "games"}, "issuer", SILENT),
        ({**FIREHOSE, **SET, "GAME_EVENTS_FIREHOSE_ERROR_OUTPUT": "/nowhere"}, "error output", "no folder /nowhere"),
        (
            {**FIREHOSE, **SET, "GAME_EVENTS_S3_ENDPOINT_URL": SILENT, "GAME_EVENTS_FIREHOSE_ERROR_OUTPUT": "s3://no/"},
            "error output",
            "is not found in s3://no/",
        ),
        ({"GAME_EVENTS_MAX_CONNECTIONS": str(2**40)}, "open files", "too few"),
        (FIREHOSE, "firehose", "region"),
        ({**FIREHOSE, "GAME_EVENTS_AWS_REGION": "eu-west-1"}, "firehose", "credentials"),
        ({**FIREHOSE, **SET}, "firehose", SILENT),
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


@pytest.mark.parametrize(
    ("lock", "what"),
    [
        ('{"level/1-0-0": "sha256:of another"}', "level/1-0-0: published versions never change"),
        ('{"level/1-0-0": "sha256:of another", "level/1-0-1": "sha256:of none"}', "level/1-0-1"),
        ("[]", "lock.json"),
    ],
)
def test_an_edited_schema_and_an_edited_lock_are_named(
    tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch, lock: str, what: str
) -> None:
    schemas = tmp_path / "schemas"
    (schemas / "level").mkdir(parents=True)
    (schemas / "level" / "1-0-0.json").write_text("{}")
    (schemas / "lock.json").write_text(lock)
    (tmp_path / "openapi.yaml").touch()
    monkeypatch.chdir(tmp_path)

    assert [of for of, said, _ in symptoms(data_dir) if what in said] == ["contract"]
