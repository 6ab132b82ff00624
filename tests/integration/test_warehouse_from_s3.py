"""Builds fed by S3: the tables are those of the same lake on disk."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import duckdb
import pytest
from game_events_api.erasure import Erasing
from game_events_warehouse import loader
from game_events_warehouse.errors import LakeError
from game_events_warehouse.lake import DirectoryLake, S3Lake, open_lake
from integration.warehouse_builder import Builder, build_at_noon, dbt_state, write_evening, write_morning
from moto.server import ThreadedMotoServer
from unit.warehouse.lake_writer import LakeWriter, encode, install

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

__all__ = ["build_at_noon", "dbt_state"]


@pytest.fixture
def s3_url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def upload(client: "S3Client", lake: LakeWriter, bucket: str, prefix: str) -> None:
    for path in lake.root.rglob("*.gz"):
        client.put_object(
            Bucket=bucket, Key=f"{prefix}{path.relative_to(lake.root).as_posix()}", Body=path.read_bytes()
        )


def test_a_lake_in_s3_loads_like_the_same_lake_on_disk(tmp_path: Path, s3_url: str, build_at_noon: Builder) -> None:
    lake = LakeWriter(tmp_path / "lake")
    write_morning(lake)
    client: S3Client = boto3.client("s3", endpoint_url=s3_url)
    client.create_bucket(Bucket="game-lake")
    client.put_object(Bucket="game-lake", Key="elsewhere/events/x.gz", Body=encode([install(999)]))
    client.put_object(Bucket="game-lake", Key="prod/events/", Body=b"")  # a console's folder marker
    upload(client, lake, "game-lake", "prod/")
    database = tmp_path / "warehouse.duckdb"
    result = build_at_noon("s3://game-lake/prod", database, s3_endpoint_url=s3_url)
    assert (result.files_loaded, result.raw_events, result.raw_rejected) == (4, 91, 1)
    assert (result.installs, result.purchases) == (50, 40)
    write_evening(lake)
    upload(client, lake, "game-lake", "prod/")  # the morning's files again: same content, same ETag
    with duckdb.connect(str(database)) as from_s3, duckdb.connect() as from_disk:
        loader.create_tables(from_disk)
        again = loader.load(from_s3, open_lake("s3://game-lake/prod", s3_endpoint_url=s3_url))
        assert again == loader.Loaded(files=4, rows=5, malformed=1)
        loader.load(from_disk, DirectoryLake(lake.root))
        for table in ("raw_events", "raw_rejected_events", "raw_malformed_lines"):
            stored = f"select * exclude (loaded_at) from {table} order by source_file, source_row"
            assert from_s3.execute(stored).fetchall() == from_disk.execute(stored).fetchall()


def test_more_files_than_one_listing_page_are_all_found(s3_url: str) -> None:
    client: S3Client = boto3.client("s3", endpoint_url=s3_url)
    client.create_bucket(Bucket="game-lake")
    for number in range(7):
        client.put_object(Bucket="game-lake", Key=f"events/{number}.gz", Body=b"x")
    files = list(S3Lake(client, "game-lake", "", page_size=2).files())
    assert sorted(file.path for file in files) == [f"events/{number}.gz" for number in range(7)]
    assert all(file.etag and file.size == 1 for file in files)


def test_a_missing_bucket_is_named(tmp_path: Path, s3_url: str, build_at_noon: Builder) -> None:
    with pytest.raises(LakeError, match="no-such-bucket"):
        build_at_noon("s3://no-such-bucket/x", tmp_path / "warehouse.duckdb", s3_endpoint_url=s3_url)
    assert not (tmp_path / "warehouse.duckdb").exists()


def test_a_player_is_erased_from_a_bucket_and_from_the_versions_that_it_keeps(tmp_path: Path, s3_url: str) -> None:
    lake = LakeWriter(tmp_path / "lake")
    lake.write([install(1, user_id="player-of-old"), install(2)])
    lake.write([install(3)])
    client: S3Client = boto3.client("s3", endpoint_url=s3_url)
    client.create_bucket(Bucket="lake-of-the-erased")
    client.put_bucket_versioning(Bucket="lake-of-the-erased", VersioningConfiguration={"Status": "Enabled"})
    upload(client, lake, "lake-of-the-erased", "prod/")
    source = open_lake("s3://lake-of-the-erased/prod", s3_endpoint_url=s3_url)
    before = {file.path: file.etag for file in source.files()}
    outcome = Erasing(tmp_path / "data", source).players("puzzle-quest", ["player-of-old"], "erase")
    assert (outcome.lake, outcome.lake_files, outcome.faults) == (1, 1, [])
    changed = [file.path for file in source.files() if before[file.path] != file.etag]
    assert len(changed) == 1
    versions = client.list_object_versions(Bucket="lake-of-the-erased")["Versions"]
    assert len(versions) == 2
    for version in versions:
        stored = client.get_object(Bucket="lake-of-the-erased", Key=version["Key"], VersionId=version["VersionId"])[
            "Body"
        ].read()
        assert b"player-of-old" not in gzip.decompress(stored)
