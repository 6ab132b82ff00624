"""What S3 answers, as the sink's store says it."""

from typing import Any

import pytest
from botocore import exceptions as aws
from faults.failing_services import MemoryObjects
from faults.fault_script import client_error
from game_events_api.delivery.s3_sink import Bucket, S3Unavailable


class Answering:
    """A client that answers every call with one error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def put_object(self, **_arguments: Any) -> Any:
        raise self._error

    head_object = put_object


@pytest.mark.parametrize(("prefix", "key"), [("", "events/a.gz"), ("p", "p/events/a.gz"), ("/p/q/", "p/q/events/a.gz")])
def test_an_object_lies_below_the_prefix(prefix: str, key: str) -> None:
    s3 = MemoryObjects()
    bucket = Bucket("lake", prefix, s3=s3)
    bucket.write("events/a.gz", b"data")

    assert s3.contents == {key: b"data"}
    assert bucket.stands("events/a.gz")
    assert not bucket.stands("events/b.gz")


@pytest.mark.parametrize(
    "error",
    [
        client_error("SlowDown", 503),
        client_error("InternalError", 500),
        client_error("AccessDenied", 403),
        aws.ReadTimeoutError(endpoint_url="x"),
        aws.NoCredentialsError(),
        ValueError("Invalid endpoint: x"),
    ],
    ids=lambda error: str(error)[:40],
)
def test_whatever_s3_does_instead_is_an_error_of_the_store(error: Exception) -> None:
    bucket = Bucket("lake", s3=Answering(error))

    for call in (lambda: bucket.write("a", b""), lambda: bucket.stands("a")):
        with pytest.raises(S3Unavailable, match=type(error).__name__):
            call()


def test_an_object_is_missing_only_when_s3_says_so() -> None:
    assert not Bucket("lake", s3=Answering(client_error("404", 404))).stands("a")
    with pytest.raises(S3Unavailable):
        Bucket("lake", s3=Answering(client_error("403", 403))).stands("a")


def test_it_says_where_it_is() -> None:
    assert str(Bucket("lake", "game")) == "s3://lake/game/"
