"""Delivery streams: what they are configured to be, and what they hold until it is flushed."""

import base64
import json
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from game_events_devtools.firehose_emulator import prefixes
from game_events_devtools.firehose_emulator.destinations import Destination
from game_events_devtools.firehose_emulator.errors import ServiceError

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class StreamConfig:
    name: str
    bucket: str
    prefix: str = ""
    error_prefix: str = ""
    size_bytes: int = 5 * MEBIBYTE
    interval_seconds: float = 300.0
    gzip: bool = False


@dataclass
class Stream:
    """One stream's buffer. Not thread-safe: the service holds a lock."""

    config: StreamConfig
    created_at: float
    buffer: list[bytes] = field(default_factory=list)
    size: int = 0
    since: float | None = None
    """When the oldest buffered record came."""
    last_error: str | None = None
    failed: list[tuple[bytes, float, str]] = field(default_factory=list)
    """Records that were confirmed and will not be delivered: data, when they came, error code."""

    def put_failing(self, data: bytes, now: float, code: str) -> None:
        if self.since is None:
            self.since = now
        self.failed.append((data, now, code))

    def put(self, data: bytes, now: float) -> None:
        if self.since is None:
            self.since = now
        self.buffer.append(data)
        self.size += len(data)

    def due(self, now: float) -> bool:
        """Whether size or interval, whichever is met first, asks for an object."""
        if self.since is None:
            return False
        return self.size >= self.config.size_bytes or now - self.since >= self.config.interval_seconds

    def flush(self, destination: Destination, clock: Callable[[], float], rng: random.Random) -> bool:
        """Write one object of everything buffered; False, with it all kept, when the destination fails."""
        if self.since is None:
            return True
        at, now = datetime.fromtimestamp(self.since, UTC), datetime.fromtimestamp(clock(), UTC)
        try:
            if self.buffer:
                self._write(destination, object_key(self.config, at, now, rng), b"".join(self.buffer))
                self.buffer, self.size = [], 0
            if self.failed:
                key = object_key(self.config, at, now, rng, error_type="processing-failed")
                self._write(destination, key, b"".join(_failure(*one, now.timestamp()) for one in self.failed))
                self.failed = []
        except Exception as error:  # Firehose keeps trying for 24 hours
            self.last_error = f"{type(error).__name__}: {error}"
            return False
        self.since = self.last_error = None
        return True

    def _write(self, destination: Destination, key: str, data: bytes) -> None:
        if self.config.gzip:
            from isal import igzip

            data = igzip.compress(data, 2, mtime=0)
        destination.put(self.config.bucket, key, data)


def _failure(data: bytes, arrived: float, code: str, ended: float) -> bytes:
    """As "Handle failure in data transformation" of the developer guide shows it, a line each."""
    document = {
        "attemptsMade": 4,
        "arrivalTimestamp": int(arrived * 1000),
        "errorCode": code,
        "errorMessage": "The Lambda function was successfully invoked but it returned an error result.",
        "attemptEndingTimestamp": int(ended * 1000),
        "rawData": base64.b64encode(data).decode(),
        "lambdaArn": "arn:aws:lambda:us-east-1:123456789012:function:transform",
    }
    return json.dumps(document).encode() + b"\n"


def object_key(
    config: StreamConfig, first_record: datetime, now: datetime, rng: random.Random, error_type: str = ""
) -> str:
    """`error_type` for an object under the error prefix, whose default is the type itself."""
    given = config.error_prefix or f"{error_type}/" if error_type else config.prefix
    prefix = prefixes.evaluate(given, first_record, rng.choice, error_type=error_type)
    suffix = ".gz" if config.gzip else ""
    name = f"{config.name}-1-{now:%Y-%m-%d-%H-%M-%S}-{uuid.UUID(int=rng.getrandbits(128), version=4)}"
    return f"{prefix}{name}{suffix}"


def from_request(name: str, request: dict[str, object]) -> StreamConfig:
    """What CreateDeliveryStream asks for; raises ServiceError where AWS would refuse."""
    given = request.get("ExtendedS3DestinationConfiguration") or request.get("S3DestinationConfiguration")
    if not isinstance(given, dict):
        raise ServiceError("InvalidArgumentException", "Exactly one destination configuration is supported: give S3")
    hints = given.get("BufferingHints") or {}
    size, interval = hints.get("SizeInMBs", 5), hints.get("IntervalInSeconds", 300)
    if not 1 <= size <= 128:
        raise ServiceError("ValidationException", "SizeInMBs must be between 1 and 128")
    if not 0 <= interval <= 900:
        raise ServiceError("ValidationException", "IntervalInSeconds must be between 0 and 900")
    compression = given.get("CompressionFormat", "UNCOMPRESSED")
    if compression not in ("UNCOMPRESSED", "GZIP"):
        raise ServiceError("InvalidArgumentException", f"This endpoint does not compress as {compression}")
    prefix, error_prefix = given.get("Prefix", ""), given.get("ErrorOutputPrefix", "")
    prefixes.check(prefix, error_prefix)
    return StreamConfig(
        name=name,
        bucket=str(given.get("BucketARN", "")).rpartition(":")[2],
        prefix=prefix,
        error_prefix=error_prefix,
        size_bytes=size * MEBIBYTE,
        interval_seconds=interval,
        gzip=compression == "GZIP",
    )
