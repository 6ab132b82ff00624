"""Delivery streams: what they are configured to be, and what they hold until it is flushed."""

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
        data = b"".join(self.buffer)
        at = datetime.fromtimestamp(self.since, UTC)
        key = object_key(self.config, at, datetime.fromtimestamp(clock(), UTC), rng)
        if self.config.gzip:
            from isal import igzip

            data = igzip.compress(data, 2, mtime=0)
        try:
            destination.put(self.config.bucket, key, data)
        except Exception as error:  # Firehose keeps trying for 24 hours
            self.last_error = f"{type(error).__name__}: {error}"
            return False
        self.buffer, self.size, self.since = [], 0, None
        self.last_error = None
        return True


def object_key(config: StreamConfig, first_record: datetime, now: datetime, rng: random.Random) -> str:
    prefix = prefixes.evaluate(config.prefix, first_record, rng.choice)
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
