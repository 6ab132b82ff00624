"""A Firehose and an S3 that take what they are given, and fail as the script says."""

import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO, Protocol

from botocore import exceptions as aws
from faults.fault_script import Faults, client_error
from game_events_api.delivery.outcomes import CallResult
from unit.api.delivery.simulation import SimulatedClock

POISON = b"poison"


class Firehose:
    """Takes records as the service does, and fails as the script says."""

    def __init__(self, faults: Faults, clock: SimulatedClock, rng: random.Random) -> None:
        self._faults = faults
        self._clock = clock
        self._rng = rng
        self.records: list[bytes] = []
        self.calls: list[float] = []

    def put(self, stream: str, records: list[bytes]) -> Mapping[str, Any]:
        self.calls.append(self._clock.now)
        self._faults.crash("crash-before-call")
        answer = self._answer(stream, records)
        self._clock.advance(0.02)
        self._faults.crash("crash-after-call")
        return answer

    def _answer(self, stream: str, records: list[bytes]) -> Mapping[str, Any]:
        on = self._faults.on
        self._fail_the_call()
        failing = self._failing(records)
        self.records += [record for record, code in zip(records, failing, strict=True) if not code]
        if on("timeout-after-write"):
            self._clock.advance(20.0)
            raise aws.ReadTimeoutError(endpoint_url="simulated")
        if on("malformed"):
            return {"FailedPutCount": 0, "RequestResponses": [{"RecordId": "r"}] * (len(records) - 1)}
        answers = [{"ErrorCode": code, "ErrorMessage": "scripted"} if code else {"RecordId": "r"} for code in failing]
        count = sum(bool(code) for code in failing)
        return {"FailedPutCount": count + 1 if on("miscount") else count, "RequestResponses": answers}

    def _fail_the_call(self) -> None:
        """Raise what a call that stores nothing raises, when such a fault is on."""
        on = self._faults.on
        if on("hang"):
            self._clock.advance(20.0)
            raise aws.ReadTimeoutError(endpoint_url="simulated")
        if on("reset"):
            raise aws.ConnectionClosedError(endpoint_url="simulated")
        if on("dns"):
            raise aws.EndpointConnectionError(endpoint_url="simulated")
        if on("no-credentials"):
            raise aws.NoCredentialsError
        for kind, code, status in (
            ("throttled-call", "ThrottlingException", 400),
            ("5xx", "InternalFailure", 500),
            ("expired-credentials", "ExpiredTokenException", 400),
            ("stream-deleted", "ResourceNotFoundException", 400),
            ("kms", "InvalidKMSResourceException", 400),
        ):
            if on(kind):
                raise client_error(code, status)

    def _failing(self, records: list[bytes]) -> list[str]:
        """The error code of each record, empty for one that is stored."""
        on = self._faults.on
        poisoned = [POISON in record for record in records]
        if any(poisoned) and on("poison-refused"):
            raise client_error("InvalidArgumentException", 400)
        failing = ["InternalFailure" if bad and on("poison-failing") else "" for bad in poisoned]
        if on("throttled-records"):
            failing = ["ServiceUnavailableException"] * len(records)
        if on("some-records"):
            failing = [code or ("InternalFailure" if self._rng.random() < 0.11 else "") for code in failing]
        return failing

    @property
    def ids(self) -> Counter[str]:
        return ids_of(text for record in self.records for text in record.splitlines())


class InlineCalls:
    """Has the result before `submit` returns, so that one seed is one order of things."""

    def __init__(self, transport: Firehose) -> None:
        self._transport = transport
        self._results: list[tuple[int, CallResult]] = []

    def submit(self, stream: str, records: list[bytes], token: int) -> None:
        result: CallResult
        try:
            result = self._transport.put(stream, records)
        except Exception as error:
            result = error
        self._results.append((token, result))

    def collect(self) -> list[tuple[int, CallResult]]:
        results, self._results = self._results, []
        return results

    def close(self) -> None:
        """Nothing to let go of."""


class Objects(Protocol):
    """A bucket, and what the S3 sink asks of a boto3 client for it."""

    @property
    def contents(self) -> Mapping[str, bytes]: ...

    def put_object(self, *, Bucket: str, Key: str, Body: BinaryIO) -> object: ...

    def head_object(self, *, Bucket: str, Key: str) -> object: ...


class MemoryObjects:
    """A bucket without a server."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}

    def put_object(self, *, Bucket: str, Key: str, Body: BinaryIO) -> object:
        assert Key not in self.contents, "an object was written over"
        self.contents[Key] = Body.read()
        return {}

    def head_object(self, *, Bucket: str, Key: str) -> object:
        if Key not in self.contents:
            raise client_error("404", 404, "HeadObject")
        return {}


class FailingS3:
    """A client in front of a bucket, real or in memory, that fails as the script says."""

    def __init__(self, objects: Objects, faults: Faults, clock: SimulatedClock) -> None:
        self._objects = objects
        self._faults = faults
        self._clock = clock

    def put_object(self, *, Bucket: str, Key: str, Body: BinaryIO) -> object:
        self._faults.crash("crash-before-put")
        self._fail("PutObject")
        answer = self._objects.put_object(Bucket=Bucket, Key=Key, Body=Body)
        self._faults.crash("crash-after-put")
        if self._faults.on("s3-timeout-after-write"):
            self._clock.advance(10.0)
            raise aws.ReadTimeoutError(endpoint_url="simulated")
        return answer

    def head_object(self, *, Bucket: str, Key: str) -> object:
        self._fail("HeadObject")
        return self._objects.head_object(Bucket=Bucket, Key=Key)

    def _fail(self, operation: str) -> None:
        on = self._faults.on
        if on("s3-hang"):
            self._clock.advance(13.0)
            raise aws.ReadTimeoutError(endpoint_url="simulated")
        if on("s3-unreachable"):
            raise aws.EndpointConnectionError(endpoint_url="simulated")
        if on("s3-no-credentials"):
            raise aws.NoCredentialsError
        for kind, code, status in (
            ("s3-5xx", "InternalError", 500),
            ("s3-slow-down", "SlowDown", 503),
            ("s3-denied", "AccessDenied", 403),
        ):
            if on(kind):
                raise client_error(code, status, operation)


def ids_of(lines: Iterable[bytes]) -> Counter[str]:
    return Counter(json.loads(text)["event"]["event_id"] for text in lines)
