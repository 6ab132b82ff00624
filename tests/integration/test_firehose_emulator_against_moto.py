"""Where moto is right, the development endpoint answers as moto does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError
from game_events_devtools.firehose_emulator import DirectoryDestination, FirehoseEndpoint
from integration.test_firehose_emulator import client
from moto.server import ThreadedMotoServer

ROLE = "arn:aws:iam::123456789012:role/firehose"
S3 = {"RoleARN": ROLE, "BucketARN": "arn:aws:s3:::lake", "Prefix": "p/", "CompressionFormat": "GZIP"}


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Any, Any]]:
    """A client of each, with the stream `same` created."""
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    try:
        host, port = moto.get_host_and_port()
        httpx.post(f"http://{host}:{port}/moto-api/reset").raise_for_status()  # its state is the process's
        boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1").client(
            "s3", endpoint_url=f"http://{host}:{port}"
        ).create_bucket(Bucket="lake")
        with FirehoseEndpoint(DirectoryDestination(tmp_path), streams={}) as ours:
            pair = client(f"http://{host}:{port}"), client(ours.url)
            for one in pair:
                one.create_delivery_stream(DeliveryStreamName="same", ExtendedS3DestinationConfiguration=S3)
            yield pair
    finally:
        moto.stop()


def shape(value: Any) -> Any:
    """Names and types without what differs from answer to answer."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items() if name != "ResponseMetadata"}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return type(value).__name__


def test_answers_have_the_same_shape(both: tuple[Any, Any]) -> None:
    records = [{"Data": b"one\n"}, {"Data": b"two\n"}]
    batches = [one.put_record_batch(DeliveryStreamName="same", Records=records) for one in both]
    singles = [one.put_record(DeliveryStreamName="same", Record=records[0]) for one in both]

    assert {name for name in shape(batches[0]) if name != "Encrypted"} <= set(shape(batches[1]))
    assert shape(batches[0])["RequestResponses"] == shape(batches[1])["RequestResponses"]
    assert batches[0]["FailedPutCount"] == batches[1]["FailedPutCount"] == 0
    assert set(shape(singles[0])) <= set(shape(singles[1]))


def test_a_stream_is_described_alike(both: tuple[Any, Any]) -> None:
    moto, ours = (one.describe_delivery_stream(DeliveryStreamName="same")["DeliveryStreamDescription"] for one in both)

    for name in ("DeliveryStreamName", "DeliveryStreamARN", "DeliveryStreamStatus", "DeliveryStreamType"):
        assert moto[name] == ours[name]
    for name in ("RoleARN", "BucketARN", "Prefix", "CompressionFormat"):
        destinations = (one["Destinations"][0]["ExtendedS3DestinationDescription"][name] for one in (moto, ours))
        assert len(set(destinations)) == 1


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("put_record", {"DeliveryStreamName": "other", "Record": {"Data": b"x"}}),
        ("put_record_batch", {"DeliveryStreamName": "other", "Records": [{"Data": b"x"}]}),
        ("describe_delivery_stream", {"DeliveryStreamName": "other"}),
        ("delete_delivery_stream", {"DeliveryStreamName": "other"}),
        ("create_delivery_stream", {"DeliveryStreamName": "same", "ExtendedS3DestinationConfiguration": S3}),
    ],
)
def test_errors_have_the_same_code_and_status(both: tuple[Any, Any], operation: str, arguments: dict[str, Any]) -> None:
    found = []
    for one in both:
        with pytest.raises(ClientError) as refused:
            getattr(one, operation)(**arguments)
        answer = refused.value.response
        found.append((answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]))

    assert found[0] == found[1]


def test_moto_is_wrong_about_the_limit_and_we_are_not(both: tuple[Any, Any]) -> None:
    moto, ours = both
    records = [{"Data": b"x"}] * 501

    moto.put_record_batch(DeliveryStreamName="same", Records=records)
    with pytest.raises(ClientError, match="less than or equal to 500"):
        ours.put_record_batch(DeliveryStreamName="same", Records=records)
