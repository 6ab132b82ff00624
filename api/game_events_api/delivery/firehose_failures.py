"""What Firehose took and then could not deliver: it writes it under the stream's error prefix, and here it is read.

Form: https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html and
…/record-format-conversion-error-handling.html: JSON documents, one a record, whose `rawData` is the record in base64.
"""

import base64
import binascii
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from game_events_api.delivery.aws import Connection, client
from game_events_api.delivery.clock import Clock, SystemClock
from game_events_api.delivery.salvaging import in_a_thread
from game_events_api.delivery.sink import describe
from game_events_api.spool.failed_objects import FailedObjects, FailedRecord, failed_objects
from game_events_api.spool.letter_files import inflated

log = logging.getLogger(__name__)
LOOK_SECONDS = 60.0
CONNECT_SECONDS = 3.0
READ_SECONDS = 30.0
REASON_LENGTH = 2000


class ErrorOutput(Protocol):
    """Where Firehose writes it."""

    def objects(self) -> Iterator[tuple[str, str]]:
        """Name and version of each; the version differs where the bytes do."""
        ...

    def read(self, name: str) -> bytes: ...


class ErrorFolder:
    def __init__(self, root: Path) -> None:
        self._root = root

    def objects(self) -> Iterator[tuple[str, str]]:
        if not self._root.is_dir():
            raise FileNotFoundError(f"there is no folder {self._root}")
        for path in sorted(self._root.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                status = path.stat()
                yield str(path), f"{status.st_size}-{status.st_mtime_ns}"

    def read(self, name: str) -> bytes:
        return Path(name).read_bytes()


class ErrorPrefix:
    """Of a bucket. `s3` is a boto3 client; without one it is built at the first call."""

    def __init__(
        self,
        bucket: str,
        prefix: str,
        *,
        endpoint_url: str | None = None,
        region: str | None = None,
        read_seconds: float = READ_SECONDS,
        s3: Any = None,
    ) -> None:
        self._bucket = bucket
        self._prefix = prefix
        make = partial(
            client,
            "s3",
            endpoint_url=endpoint_url,
            region=region,
            connect_timeout=CONNECT_SECONDS,
            read_timeout=read_seconds,
        )
        self._connection = Connection(make if s3 is None else lambda: s3)

    def objects(self) -> Iterator[tuple[str, str]]:
        with self._connection.client() as s3:
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix):
                for entry in page.get("Contents", ()):
                    if not entry["Key"].endswith("/"):
                        yield f"s3://{self._bucket}/{entry['Key']}", entry["ETag"].strip('"')

    def read(self, name: str) -> bytes:
        with self._connection.client() as s3:
            key = name.removeprefix(f"s3://{self._bucket}/")
            return bytes(s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())


def error_output(
    url: str, *, endpoint_url: str | None, region: str | None, read_seconds: float = READ_SECONDS
) -> ErrorOutput:
    """`read_seconds`: how long S3 may take for an answer."""
    parts = urlsplit(url)
    if parts.scheme == "s3":
        prefix = parts.path.lstrip("/")
        return ErrorPrefix(parts.netloc, prefix, endpoint_url=endpoint_url, region=region, read_seconds=read_seconds)
    return ErrorFolder(Path(url))


class FirehoseFailures:
    """Read once a minute, in a thread of its own: delivery goes on meanwhile."""

    def __init__(
        self,
        data_dir: Path,
        output: ErrorOutput,
        clock: Clock | None = None,
        start: Callable[[Callable[[], None]], Callable[[], bool]] = in_a_thread,
    ) -> None:
        self._data_dir = data_dir
        self._output = output
        self._clock = clock or SystemClock()
        self._start = start
        self._look_at = 0.0
        self._runs: Callable[[], bool] = lambda: False
        self.failure = ""
        """What the latest look could not read, and why."""

    def step(self) -> None:
        now = self._clock.monotonic()
        if now >= self._look_at and not self._runs():
            self._look_at = now + LOOK_SECONDS
            self._runs = self._start(self._take_all)

    def _take_all(self) -> None:
        faults: list[str] = []
        with _later("what Firehose could not deliver", faults), failed_objects(self._data_dir) as taken:
            for name, version in self._output.objects():
                if not taken.known(name, version):
                    with _later(f"what Firehose could not deliver of {name}", faults):
                        self._take(taken, name, version)
        self.failure = faults[0] if faults else ""

    def _take(self, taken: FailedObjects, name: str, version: str) -> None:
        data = self._output.read(name)
        records, fault = failed_records(data, self._clock.wall())
        if fault:
            log.error("%s is not wholly what Firehose writes, %s; what can be read is taken", name, fault)
        if letters := taken.take(name, version, data, records):
            log.error("Firehose could not deliver %d events of %s; they are dead letters", letters, name)


@contextmanager
def _later(what: str, faults: list[str]) -> Iterator[None]:
    """The next look tries again, and the others are not held up."""
    try:
        yield
    except Exception as error:  # botocore has no one name for what can go wrong
        faults.append(f"{what} cannot be read: {describe(error)}")
        log.warning("%s cannot be read yet: %s", what, describe(error))


def failed_records(data: bytes, now: float) -> tuple[list[FailedRecord], str]:
    """Those of an object, gzipped or not, and what is wrong with the rest of it first, if anything is."""
    found: list[FailedRecord] = []
    faults: list[str] = []
    if data.startswith(b"\x1f\x8b"):
        data, whole = inflated(data)
        faults += [] if whole else ["its gzip is damaged, ends early or holds too much"]
    try:
        for document in _documents(data.decode("utf-8", "replace")):
            try:
                found.append(_record(document, now))
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                faults.append(describe(error))
    except (ValueError, RecursionError) as error:
        faults.append(describe(error))
    return found, faults[0] if faults else ""


def _documents(text: str) -> Iterator[Any]:
    """Up to what is no JSON: ValueError or RecursionError."""
    decoder, end = json.JSONDecoder(), 0
    while end < len(text):
        if text[end].isspace():
            end += 1
        else:
            document, end = decoder.raw_decode(text, end)
            yield document


def _record(document: dict[str, Any], now: float) -> FailedRecord:
    """ValueError, KeyError or TypeError when it is none."""
    try:
        lines = base64.b64decode(document["rawData"], validate=True)
    except binascii.Error as error:
        raise ValueError(f"rawData is not base64: {error}") from error
    code, message = (
        next((str(document[name]) for name in names if document.get(name)), "")
        for names in (("errorCode", "ErrorCode", "lastErrorCode"), ("errorMessage", "ErrorMessage", "lastErrorMessage"))
    )
    ended, attempts = _number(document.get("attemptEndingTimestamp")), _number(document.get("attemptsMade"))
    reason = f"{code or 'unknown'}: {message}"[:REASON_LENGTH]
    return FailedRecord(lines, reason, int(attempts or 0), ended / 1000 if ended else now)


def _number(value: object) -> float | None:
    """Some of them come as text."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return number if 0 <= number < 1e15 else None
