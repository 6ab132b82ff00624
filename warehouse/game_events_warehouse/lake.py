"""Where stored events lie: a directory or an S3 bucket, both in Firehose's key layout.

`events/YYYY/MM/DD/HH/<name>` holds accepted events and `rejected/…` rejected ones, as newline-delimited
JSON, gzipped when the name ends in `.gz`.
"""

import gzip
import io
import ipaddress
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, get_args
from urllib.parse import urlsplit

from game_events_warehouse.errors import LakeError
from game_events_warehouse.publish import replace_durably

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Stream = Literal["events", "rejected"]
STREAMS: tuple[Stream, ...] = get_args(Stream)
LARGEST = 512 * 1024 * 1024
"""Bytes of lines in a file: twice what delivery may be told to put into one, four times what Firehose may be."""


@dataclass(frozen=True)
class LakeFile:
    """One stored file. `path` is relative to the lake, so that a lake that moves keeps its files' names."""

    stream: Stream
    path: str
    size: int
    etag: str  # S3's; empty in a directory, where a file is renamed into place once and never changed
    written_at: float | None = None  # Unix seconds, as the folder or the bucket has it


class Lake(Protocol):
    def files(self) -> Iterator[LakeFile]:
        """Every finished file, in no particular order."""
        ...

    def read(self, file: LakeFile) -> bytes:
        """The file's bytes as stored."""
        ...

    def replace(self, file: LakeFile, data: bytes) -> None:
        """Other bytes at its path, whole and durable when it returns; none of the former are kept there."""
        ...


class DirectoryLake:
    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise LakeError(f"no lake at {root}: the directory does not exist")
        self._root = root

    def files(self) -> Iterator[LakeFile]:
        for stream in STREAMS:
            for path in (self._root / stream).rglob("*"):
                # Writers build a file under a dotted or .tmp name and rename it when it is whole.
                if path.name.startswith(".") or path.suffix == ".tmp" or not path.is_file():
                    continue
                found = path.stat()
                yield LakeFile(stream, path.relative_to(self._root).as_posix(), found.st_size, "", found.st_mtime)

    def read(self, file: LakeFile) -> bytes:
        try:
            return (self._root / file.path).read_bytes()
        except OSError as error:
            raise LakeError(f"cannot read {file.path} of the lake {self._root}: {error.strerror}") from error

    def replace(self, file: LakeFile, data: bytes) -> None:
        try:
            replace_durably(self._root / file.path, data)
        except OSError as error:
            raise LakeError(f"cannot write {file.path} of the lake {self._root}: {error.strerror}") from error


class S3Lake:
    def __init__(self, client: "S3Client", bucket: str, prefix: str, *, page_size: int = 1000) -> None:
        self._client = client
        self._page_size = page_size
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""

    def files(self) -> Iterator[LakeFile]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            for stream in STREAMS:
                pages = self._client.get_paginator("list_objects_v2").paginate(
                    Bucket=self._bucket,
                    Prefix=f"{self._prefix}{stream}/",
                    PaginationConfig={"PageSize": self._page_size},
                )
                for page in pages:
                    for entry in page.get("Contents", ()):
                        if entry["Key"].endswith("/"):
                            continue
                        path = entry["Key"].removeprefix(self._prefix)
                        written = entry["LastModified"].timestamp()
                        yield LakeFile(stream, path, entry["Size"], entry["ETag"].strip('"'), written)
        except (BotoCoreError, ClientError) as error:
            raise LakeError(f"cannot list s3://{self._bucket}/{self._prefix}: {error}") from error

    def read(self, file: LakeFile) -> bytes:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=f"{self._prefix}{file.path}")
            return answer["Body"].read()
        except (BotoCoreError, ClientError) as error:
            raise LakeError(f"cannot read s3://{self._bucket}/{self._prefix}{file.path}: {error}") from error

    def replace(self, file: LakeFile, data: bytes) -> None:
        """Where the bucket keeps versions, those before are deleted."""
        from botocore.exceptions import BotoCoreError, ClientError

        key = f"{self._prefix}{file.path}"
        try:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=data)
            pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=key)
            for version in (one for page in pages for one in page.get("Versions", ())):
                if version["Key"] == key and not version["IsLatest"]:
                    self._client.delete_object(Bucket=self._bucket, Key=key, VersionId=version["VersionId"])
        except (BotoCoreError, ClientError) as error:
            raise LakeError(f"cannot replace s3://{self._bucket}/{key}: {error}") from error


def unpacked(file: LakeFile, data: bytes, largest: int = LARGEST) -> bytes:
    """The lines of a file whose stored bytes are `data`. LakeError when they are no whole gzip, or too many."""
    try:
        with gzip.open(io.BytesIO(data)) if file.path.endswith(".gz") else io.BytesIO(data) as opened:
            found: bytes = opened.read(largest + 1)
    except (EOFError, OSError, zlib.error) as error:  # gzip.BadGzipFile is an OSError
        raise LakeError(f"{file.path} cannot be unpacked: {error}; restore it or move it out of the lake") from error
    if len(found) > largest:
        raise LakeError(f"{file.path} holds over {largest:,} bytes of lines: divide it, or move it out of the lake")
    return found


def open_lake(url: str, *, s3_endpoint_url: str | None = None) -> Lake:
    """The lake at a directory path or `s3://bucket/prefix`.

    Without `s3_endpoint_url` boto3 decides (`AWS_ENDPOINT_URL_S3`, else AWS), and it finds the
    credentials and the region in its usual places.
    """
    parts = urlsplit(url)
    if parts.scheme == "s3":
        return S3Lake(_s3_client(s3_endpoint_url), parts.netloc, parts.path)
    if parts.scheme not in ("", "file"):
        raise LakeError(f"unknown kind of lake {url!r}: give a directory or s3://bucket/prefix")
    return DirectoryLake(Path(parts.path if parts.scheme == "file" else url))


def _s3_client(endpoint_url: str | None) -> "S3Client":
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    config = Config(
        retries={"mode": "standard", "max_attempts": 5},
        # An endpoint of one's own rarely answers to bucket.host names.
        s3={"addressing_style": "path" if endpoint_url else "auto"},
    )
    try:
        client = boto3.client("s3", endpoint_url=endpoint_url, config=config)
        if _is_loopback(client.meta.endpoint_url):  # a variable or a profile may name it; no proxy leads there
            client = boto3.client("s3", endpoint_url=endpoint_url, config=config.merge(Config(proxies={})))
    except (BotoCoreError, ValueError) as error:  # no such profile, an endpoint that is no URL
        raise LakeError(f"S3 cannot be reached as it is set up: {error}") from error
    return client


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
