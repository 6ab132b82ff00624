"""The four operations, their limits and their errors, without a socket."""

import base64
import binascii
import random
import re
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from game_events_devtools.firehose_emulator.destinations import Destination
from game_events_devtools.firehose_emulator.errors import ServiceError
from game_events_devtools.firehose_emulator.faults import Fault, FaultScript
from game_events_devtools.firehose_emulator.streams import Stream, StreamConfig, from_request

RECORD_BYTES = 1_024_000
CALL_RECORDS = 500
CALL_BYTES = 4 * 1024 * 1024
STREAMS_PER_ACCOUNT = 5000
ACCOUNT = "123456789012"
REGION = "us-east-1"
NAME = re.compile(r"[a-zA-Z0-9_.-]{1,64}")


class Service:
    """Safe to call from several threads."""

    def __init__(
        self,
        destination: Destination,
        *,
        clock: Callable[[], float] = time.time,
        rng: random.Random | None = None,
        faults: FaultScript | None = None,
    ) -> None:
        self._destination = destination
        self._clock = clock
        self._rng = rng or random.Random()
        self._lock = threading.RLock()
        self._streams: dict[str, Stream] = {}
        self.faults = faults or FaultScript()

    def handle(self, operation: str, request: dict[str, Any], fault: Fault | None = None) -> dict[str, Any]:
        """One operation's answer; raises ServiceError. A fault that belongs to the connection is the server's."""
        match operation:
            case "PutRecord":
                return self._put_record(request)
            case "PutRecordBatch":
                return self._put_record_batch(request, fault)
            case "CreateDeliveryStream":
                return self._create(request)
            case "DescribeDeliveryStream":
                return self._describe(request)
            case "DeleteDeliveryStream":
                return self._delete(request)
            case _:
                raise ServiceError("UnknownOperationException", f"{operation} is not an operation of this endpoint")

    def create(self, config: StreamConfig) -> str:
        """The ARN of a new, active stream."""
        with self._lock:
            if not NAME.fullmatch(config.name):
                raise ServiceError("ValidationException", "deliveryStreamName must match [a-zA-Z0-9_.-]+, 1 to 64 long")
            if config.name in self._streams:
                raise ServiceError(
                    "ResourceInUseException", f"Firehose {config.name} under account {ACCOUNT} already exists"
                )
            if len(self._streams) >= STREAMS_PER_ACCOUNT:
                raise ServiceError("LimitExceededException", "Too many delivery streams")
            self._streams[config.name] = Stream(config, self._clock())
        return self._arn(config.name)

    def flush(self) -> None:
        """Write out every buffer now; raises ServiceError when the destination refuses one."""
        self._flush(lambda _stream: True)
        with self._lock:
            failed = [stream for stream in self._streams.values() if stream.since is not None]
        for stream in failed:
            raise ServiceError("S3.Unavailable", f"{stream.config.name}: {stream.last_error}", 503)

    def flush_due(self) -> None:
        """Write out what size or interval asks for."""
        now = self._clock()
        self._flush(lambda stream: stream.due(now))

    def _flush(self, wanted: Callable[[Stream], bool]) -> None:
        with self._lock:
            for stream in list(self._streams.values()):
                if wanted(stream):
                    stream.flush(self._destination, self._clock, self._rng)

    def _stream(self, request: dict[str, Any]) -> Stream:
        name = request.get("DeliveryStreamName")
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise ServiceError("ValidationException", "deliveryStreamName must match [a-zA-Z0-9_.-]+, 1 to 64 long")
        stream = self._streams.get(name)
        if stream is None:
            raise ServiceError("ResourceNotFoundException", f"Firehose {name} under account {ACCOUNT} not found.")
        return stream

    def _put_record(self, request: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            stream = self._stream(request)
            data = _decoded(request.get("Record"), 1)
            stream.put(data, self._clock())
        return {"RecordId": self._record_id(), "Encrypted": False}

    def _put_record_batch(self, request: dict[str, Any], fault: Fault | None) -> dict[str, Any]:
        records = request.get("Records")
        if not isinstance(records, list) or not records:
            raise ServiceError("ValidationException", "records must have length greater than or equal to 1")
        if len(records) > CALL_RECORDS:
            raise ServiceError(
                "ValidationException",
                "1 validation error detected: Value at 'records' failed to satisfy constraint:"
                f" Member must have length less than or equal to {CALL_RECORDS}",
            )
        encoded = sum(len(record.get("Data", "")) for record in records if isinstance(record, dict))
        decoded = [_decoded(record, position) for position, record in enumerate(records, 1)]
        if encoded > CALL_BYTES:
            raise ServiceError("InvalidArgumentException", "Records size exceeds 4 MB limit")
        failing: set[int] = set()
        if fault and fault.kind in ("fail-records", "miscount", "undeliverable"):
            failing = set(self._rng.sample(range(len(decoded)), min(fault.count, len(decoded))))
        with self._lock:
            stream = self._stream(request)
            now = self._clock()
            answers: list[dict[str, str]] = []
            for position, data in enumerate(decoded):
                if fault and position in failing and fault.kind == "undeliverable":
                    stream.put_failing(data, now, fault.code)
                    answers.append({"RecordId": self._record_id()})
                elif fault and position in failing:
                    answers.append({"ErrorCode": fault.code, "ErrorMessage": "Slow down."})
                else:
                    stream.put(data, now)
                    answers.append({"RecordId": self._record_id()})
        count = 0 if fault and fault.kind in ("miscount", "undeliverable") else len(failing)
        return {"FailedPutCount": count, "Encrypted": False, "RequestResponses": answers}

    def _create(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"DeliveryStreamARN": self.create(from_request(str(request.get("DeliveryStreamName", "")), request))}

    def _describe(self, request: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            stream = self._stream(request)
        config = stream.config
        destination = {
            "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/firehose",
            "BucketARN": f"arn:aws:s3:::{config.bucket}",
            "Prefix": config.prefix,
            "ErrorOutputPrefix": config.error_prefix,
            "BufferingHints": {
                "SizeInMBs": config.size_bytes // (1024 * 1024),
                "IntervalInSeconds": int(config.interval_seconds),
            },
            "CompressionFormat": "GZIP" if config.gzip else "UNCOMPRESSED",
            "EncryptionConfiguration": {"NoEncryptionConfig": "NoEncryption"},
        }
        return {
            "DeliveryStreamDescription": {
                "DeliveryStreamName": config.name,
                "DeliveryStreamARN": self._arn(config.name),
                "DeliveryStreamStatus": "ACTIVE",
                "DeliveryStreamType": "DirectPut",
                "VersionId": "1",
                "CreateTimestamp": stream.created_at,
                "Destinations": [
                    {
                        "DestinationId": "destinationId-000000000001",
                        "S3DestinationDescription": destination,
                        "ExtendedS3DestinationDescription": destination,
                    }
                ],
                "HasMoreDestinations": False,
            }
        }

    def _delete(self, request: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            stream = self._stream(request)
            stream.flush(self._destination, self._clock, self._rng)
            del self._streams[stream.config.name]
        return {}

    def _arn(self, name: str) -> str:
        return f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/{name}"

    def _record_id(self) -> str:
        return uuid.UUID(int=self._rng.getrandbits(128), version=4).hex * 6


def _decoded(record: object, position: int) -> bytes:
    data = record.get("Data") if isinstance(record, dict) else None
    if not isinstance(data, str):
        raise ServiceError("SerializationException", f"Record {position} has no Data in base64")
    try:
        decoded = base64.b64decode(data, validate=True)
    except binascii.Error:
        raise ServiceError("SerializationException", f"The Data of record {position} is not base64") from None
    if len(decoded) > RECORD_BYTES:
        raise ServiceError(
            "ValidationException",
            f"1 validation error detected: Value at 'records.{position}.member.data' failed to satisfy constraint:"
            f" Member must have length less than or equal to {RECORD_BYTES}",
        )
    return decoded
