"""`reconcile` names what was tampered with; `trace` shows where an event has been."""

import gzip
import json
import random
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from game_events_api.delivery.engine import Engine
from game_events_api.delivery.lake_sink import LakeSink
from game_events_api.delivery.s3_sink import Bucket, S3Sink
from game_events_cli import trace
from game_events_cli.main import app
from game_events_warehouse.build import build
from s3_server import CREDENTIALS, REGION, s3_server
from typer.testing import CliRunner
from unit.api.delivery.spool_maker import SpoolMaker, line, rejected_line
from unit.stored_lines import event_id

EVENTS = 10_000


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory after 10,000 events were delivered, loaded and modelled."""
    root = tmp_path_factory.mktemp("finished")
    maker = SpoolMaker(root)
    engine = Engine(root, [LakeSink(root / "lake", linger=0.0, file_bytes=500_000)])
    for first in range(0, EVENTS, 500):
        maker.append([line(number, game=("chess", "puzzle-quest")[number % 2]) for number in range(first, first + 500)])
        engine.step()
    maker.append([rejected_line(EVENTS + 1, {"event_id": event_id(EVENTS + 1)})], stream="rejected")
    engine.step()
    assert engine.drained()
    engine.close()
    build(lake=str(root / "lake"), database=root / "warehouse" / "warehouse.duckdb")
    return root


@pytest.fixture
def data_dir(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "data"))


def reconcile(data_dir: Path, *where: str) -> tuple[int, list[dict[str, Any]]]:
    result = CliRunner().invoke(app, ["reconcile", "--data-dir", str(data_dir), "--json", *where])
    document = json.loads(result.stdout)
    assert document["reconciled"] is (result.exit_code == 0)
    return result.exit_code, document["differences"]


def some_file(data_dir: Path) -> Path:
    return sorted((data_dir / "lake" / "events").rglob("*.gz"))[3]


def relative(data_dir: Path, path: Path) -> str:
    return path.relative_to(data_dir / "lake").as_posix()


def test_an_untouched_directory_reconciles(finished: Path) -> None:
    assert reconcile(finished) == (0, [])


def test_a_deleted_lake_file_is_named(data_dir: Path) -> None:
    path = some_file(data_dir)
    path.unlink()

    code, differences = reconcile(data_dir)

    assert code == 1
    assert {(one["kind"], one["name"]) for one in differences} == {
        ("lake-file-missing", relative(data_dir, path)),
        ("loaded-file-missing", relative(data_dir, path)),
    }


def test_a_duplicated_lake_file_is_named_with_its_original(data_dir: Path) -> None:
    path = some_file(data_dir)
    copy = path.with_name(path.name.replace("game-events-1", "game-events-9"))
    shutil.copy(path, copy)

    code, differences = reconcile(data_dir)

    assert code == 1
    named = {one["kind"]: one for one in differences}
    assert named["lake-file-duplicated"]["name"] == relative(data_dir, copy)
    assert relative(data_dir, path) in named["lake-file-duplicated"]["detail"]
    assert set(named) == {"lake-file-duplicated", "not-loaded"}


@pytest.mark.parametrize("stage", ["accepted", "delivered", "rejected", "rejected_delivered"])
def test_a_hand_edited_ledger_row_is_named(data_dir: Path, stage: str) -> None:
    (spool,) = (data_dir / "spool").glob("*.db")
    with closing(sqlite3.connect(spool)) as db, db:
        key = db.execute(
            "SELECT game_id, event_type, schema_version, hour FROM ledger WHERE stage = ? LIMIT 1", (stage,)
        ).fetchone()
        db.execute(
            "UPDATE ledger SET count = count - 1"
            " WHERE (stage, game_id, event_type, schema_version, hour) = (?, ?, ?, ?, ?)",
            (stage, *key),
        )

    code, differences = reconcile(data_dir)

    assert code == 1
    assert differences[0]["name"] == "/".join(key)
    assert {one["name"] for one in differences} <= {"/".join(key), f"///{key[3]}"}
    assert f"{stage} " in differences[0]["detail"]


def test_a_folder_of_any_name_reconciles(finished: Path, tmp_path: Path) -> None:
    data_dir = Path(shutil.copytree(finished, tmp_path / "da#ta%41"))
    assert reconcile(data_dir) == (0, [])
    assert [path.name for path in tmp_path.iterdir()] == ["da#ta%41"]


def test_what_was_delivered_to_s3_reconciles_and_a_lost_object_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**CREDENTIALS, "AWS_DEFAULT_REGION": REGION}.items():
        monkeypatch.setenv(name, value)
    maker = SpoolMaker(tmp_path)
    with s3_server() as s3:
        bucket = Bucket(s3.bucket, "studio/game", endpoint_url=s3.url, region=REGION)
        engine = Engine(tmp_path, [S3Sink(bucket, linger=0.0, file_bytes=2000)])
        maker.append(*([line(number)] for number in range(10)))
        maker.append([rejected_line(11, {"event_id": event_id(11)})], stream="rejected")
        while not engine.drained():
            engine.step()
        engine.close()
        lake = f"s3://{s3.bucket}/studio/game"
        build(lake=lake, database=tmp_path / "warehouse" / "warehouse.duckdb", s3_endpoint_url=s3.url)
        where = ("--lake", lake, "--s3-endpoint-url", s3.url)

        assert reconcile(tmp_path, *where) == (0, [])
        key = min(s3.contents)
        s3.client.delete_object(Bucket=s3.bucket, Key=key)
        code, differences = reconcile(tmp_path, *where)

    assert code == 1
    name = key.removeprefix("studio/game/")
    assert {(one["kind"], one["name"]) for one in differences} == {
        ("lake-file-missing", name),
        ("loaded-file-missing", name),
    }


def test_trace_shows_every_place_of_any_event_within_a_second(finished: Path) -> None:
    slowest = 0.0
    for number in random.Random(4).sample(range(EVENTS), 50):
        started = time.perf_counter()
        sightings = list(trace.find(event_id(number), finished, str(finished / "lake")))
        slowest = max(slowest, time.perf_counter() - started)

        assert [sighting.seen_in for sighting in sightings] == ["lake", "raw", "staged", "fact"]
        lake, raw, staged, fact = (sighting.details for sighting in sightings)
        assert lake["file"] == raw["file"] == staged["file"]
        assert lake["row"] == raw["row"] == staged["row"]
        assert fact["table"] == "fct_installs"
    assert slowest < 1.0


def test_trace_follows_an_event_that_still_waits_and_one_that_was_rejected(data_dir: Path) -> None:
    SpoolMaker(data_dir).append([line(EVENTS + 7)])
    lake = str(data_dir / "lake")

    (waiting,) = trace.find(event_id(EVENTS + 7), data_dir, lake)
    rejected = list(trace.find(event_id(EVENTS + 1), data_dir, lake))

    assert (waiting.seen_in, waiting.details["stream"]) == ("spool", "events")
    assert [sighting.seen_in for sighting in rejected] == ["lake", "raw-rejected"]


def test_trace_shows_a_second_copy_that_is_not_loaded_yet(data_dir: Path) -> None:
    path = some_file(data_dir)
    shutil.copy(path, path.with_name(f"again-{path.name}"))
    shutil.copy(path, path.with_name(f"{path.stem}-later.gz"))
    text = json.loads(gzip.decompress(path.read_bytes()).splitlines()[0])

    sightings = list(trace.find(text["event"]["event_id"], data_dir))

    assert [sighting.seen_in for sighting in sightings] == ["lake"] * 3 + ["raw", "staged", "fact"]
    files = [sighting.details["file"] for sighting in sightings[:3]]
    assert files == sorted(files)
