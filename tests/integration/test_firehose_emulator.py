"""The development endpoint through the real boto3 client: limits, errors, buffering, faults."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from game_events_devtools.firehose_emulator import DirectoryDestination, Fault, FirehoseEndpoint


def client(url: str, read_timeout: float = 10.0) -> Any:
    return boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1").client(
        "firehose",
        endpoint_url=url,
        config=Config(retries={"mode": "standard", "total_max_attempts": 1}, read_timeout=read_timeout),
    )


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[FirehoseEndpoint]:
    with FirehoseEndpoint(DirectoryDestination(tmp_path), streams={"game-events": "events/"}) as running:
        yield running


def put(firehose: Any, *records: bytes) -> Any:
    return firehose.put_record_batch(DeliveryStreamName="game-events", Records=[{"Data": data} for data in records])


def stored(root: Path) -> bytes:
    return b"".join(gzip.decompress(path.read_bytes()) for path in sorted(root.rglob("*.gz")))


def test_records_are_joined_into_one_gzipped_object_under_the_prefix(
    endpoint: FirehoseEndpoint, tmp_path: Path
) -> None:
    firehose = client(endpoint.url)
    answer = put(firehose, b"one\n", b"two\n")
    firehose.put_record(DeliveryStreamName="game-events", Record={"Data": b"three\n"})

    assert answer["FailedPutCount"] == 0
    assert len(answer["RequestResponses"]) == 2
    assert not list(tmp_path.rglob("*.gz")), "it buffers"
    endpoint.flush()
    assert stored(tmp_path) == b"one\ntwo\nthree\n"
    (path,) = tmp_path.rglob("*.gz")
    assert path.relative_to(tmp_path).parts[0] == "events"


def test_a_full_buffer_is_written_out_without_being_asked(tmp_path: Path) -> None:
    with FirehoseEndpoint(DirectoryDestination(tmp_path), streams={"game-events": ""}, size_bytes=10) as endpoint:
        put(client(endpoint.url), b"0123456789\n")
        endpoint.service.flush_due()

        assert stored(tmp_path) == b"0123456789\n"


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ([b"x"] * 501, "ValidationException"),
        ([b"x" * 1_024_001], "ValidationException"),
        ([b"x" * 1_024_000] * 4, "InvalidArgumentException"),
    ],
)
def test_the_limits_of_the_real_service_hold(endpoint: FirehoseEndpoint, records: list[bytes], code: str) -> None:
    with pytest.raises(ClientError) as refused:
        put(client(endpoint.url), *records)

    assert refused.value.response["Error"]["Code"] == code


def test_an_unknown_stream_is_not_found(endpoint: FirehoseEndpoint) -> None:
    with pytest.raises(ClientError) as refused:
        client(endpoint.url).put_record_batch(DeliveryStreamName="other", Records=[{"Data": b"x"}])

    assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_a_stream_can_be_created_described_and_used(endpoint: FirehoseEndpoint, tmp_path: Path) -> None:
    firehose = client(endpoint.url)
    firehose.create_delivery_stream(
        DeliveryStreamName="made",
        ExtendedS3DestinationConfiguration={
            "RoleARN": "arn:aws:iam::123456789012:role/firehose",
            "BucketARN": "arn:aws:s3:::bucket",
            "Prefix": "made/!{timestamp:yyyy-MM-dd}/",
            "ErrorOutputPrefix": "failed/!{firehose:error-output-type}/",
            "CompressionFormat": "GZIP",
            "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 0},
        },
    )
    description = firehose.describe_delivery_stream(DeliveryStreamName="made")["DeliveryStreamDescription"]
    assert description["DeliveryStreamStatus"] == "ACTIVE"
    assert description["Destinations"][0]["ExtendedS3DestinationDescription"]["CompressionFormat"] == "GZIP"
    with pytest.raises(ClientError, match="ResourceInUseException"):
        firehose.create_delivery_stream(
            DeliveryStreamName="made",
            S3DestinationConfiguration={"RoleARN": "arn:aws:iam::123456789012:role/x", "BucketARN": "arn:aws:s3:::b"},
        )

    firehose.put_record(DeliveryStreamName="made", Record={"Data": b"x\n"})
    endpoint.flush()
    assert stored(tmp_path / "made") == b"x\n"


def test_scripted_record_failures_name_the_code_and_store_the_rest(endpoint: FirehoseEndpoint, tmp_path: Path) -> None:
    endpoint.faults.extend([Fault("fail-records", count=55, code="InternalFailure")])
    records = [b"%d\n" % number for number in range(500)]

    answer = put(client(endpoint.url), *records)
    endpoint.flush()

    failed = [one for one in answer["RequestResponses"] if one.get("ErrorCode") == "InternalFailure"]
    assert (answer["FailedPutCount"], len(failed)) == (55, 55)
    kept = {record for record, one in zip(records, answer["RequestResponses"], strict=True) if "RecordId" in one}
    assert set(stored(tmp_path).splitlines(keepends=True)) == kept


def test_a_scripted_reset_after_storing_is_ambiguous_for_the_client(endpoint: FirehoseEndpoint, tmp_path: Path) -> None:
    endpoint.faults.extend([Fault("store-then-reset")])

    with pytest.raises(ConnectionClosedError):
        put(client(endpoint.url), b"x\n")
    endpoint.flush()

    assert stored(tmp_path) == b"x\n"


def test_a_scripted_hang_outlasts_the_clients_patience(endpoint: FirehoseEndpoint, tmp_path: Path) -> None:
    endpoint.faults.extend([Fault("store-then-hang", seconds=1.0)])

    with pytest.raises(ReadTimeoutError):
        put(client(endpoint.url, read_timeout=0.1), b"x\n")
    endpoint.flush()

    assert stored(tmp_path) == b"x\n"


def test_a_destination_that_fails_keeps_everything_for_the_next_try(tmp_path: Path) -> None:
    class Full:
        full = True
        data = b""

        def put(self, bucket: str, key: str, data: bytes) -> None:
            if self.full:
                raise OSError("no space")
            self.data += gzip.decompress(data)

    destination = Full()
    with FirehoseEndpoint(destination, size_bytes=1) as endpoint:
        put(client(endpoint.url), b"x\n")
        endpoint.service.flush_due()
        assert destination.data == b""
        destination.full = False
        endpoint.flush()
        assert destination.data == b"x\n"
