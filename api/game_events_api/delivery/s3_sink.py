"""The S3 sink: the lake's files, in the lake's layout, as objects of a bucket.

S3 has no rename and needs none: an object is there whole or not at all. A put that failed may have stored it
nevertheless, so the object is asked for before its events are sent again under another name.
"""

import io
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from game_events_api.delivery.aws import Connection, client
from game_events_api.delivery.clock import Clock
from game_events_api.delivery.file_sink import FILE_BYTES, FileSink

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
"""S3 that does not answer holds the other sinks up for these two together, once each time it is tried."""


class S3Unavailable(OSError):
    """S3 did not do, or did not confirm, what it was asked."""


class Upload(io.BytesIO):
    """A body that gives a sign of life with every piece that is taken of it: a slow line is no process that hangs."""

    def __init__(self, data: bytes, beat: Callable[[], None]) -> None:
        super().__init__(data)
        self._beat = beat

    def read(self, size: int | None = -1, /) -> bytes:
        self._beat()
        return super().read(size)


class Bucket:
    """A prefix of a bucket as a store of files. `s3` is a boto3 client; without one it is built at the first call."""

    def __init__(
        self,
        bucket: str,
        prefix: str = "",
        *,
        endpoint_url: str | None = None,
        region: str | None = None,
        s3: Any = None,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        make = partial(
            client,
            "s3",
            endpoint_url=endpoint_url,
            region=region,
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
        )
        self._connection = Connection(make if s3 is None else lambda: s3)
        self._beat = beat

    def __str__(self) -> str:
        return f"s3://{self._bucket}/{self._prefix}"

    def write(self, path: str, data: bytes) -> None:
        with self._connected() as s3:
            s3.put_object(Bucket=self._bucket, Key=self._prefix + path, Body=Upload(data, self._beat))

    def stands(self, path: str) -> bool:
        with self._connected() as s3:
            try:
                s3.head_object(Bucket=self._bucket, Key=self._prefix + path)
            except ClientError as error:
                # Without s3:ListBucket S3 says 403 of an object that is not there: then nobody knows.
                if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") != 404:
                    raise
                return False
        return True

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        try:
            with self._connection.client() as s3:
                yield s3
        # A response that cannot be read, an endpoint that is no URL: botocore has no one name for them.
        except Exception as error:
            raise S3Unavailable(f"{type(error).__name__}: {error}") from error


class S3Sink(FileSink):
    def __init__(
        self,
        bucket: Bucket,
        *,
        linger: float = 1.0,
        file_bytes: int = FILE_BYTES,
        clock: Clock | None = None,
        rng: random.Random | None = None,
    ) -> None:
        super().__init__("s3", bucket, linger=linger, file_bytes=file_bytes, clock=clock, rng=rng)
