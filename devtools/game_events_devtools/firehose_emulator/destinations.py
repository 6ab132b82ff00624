"""Where finished objects go."""

from pathlib import Path
from typing import Any, Protocol

from game_events_api.delivery import aws_client
from game_events_api.private_files import make_folder, write_durably


class Destination(Protocol):
    def put(self, bucket: str, key: str, data: bytes) -> None:
        """Store the object whole; raises when it cannot, and it is offered again."""
        ...


class DirectoryDestination:
    """Keys become paths under one directory; the bucket's name is left out."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, bucket: str, key: str, data: bytes) -> None:
        path = self._root / key
        make_folder(path.parent)
        write_durably(path, data, partial=path.with_name(f".{path.name}.tmp"))


class S3Destination:
    """Any S3 endpoint. Credentials and region come from boto3's usual places."""

    def __init__(self, endpoint_url: str | None = None) -> None:
        self._endpoint_url = endpoint_url
        self._client: Any = None

    def put(self, bucket: str, key: str, data: bytes) -> None:
        if self._client is None:
            self._client = aws_client(
                "s3", endpoint_url=self._endpoint_url, region=None, connect_timeout=3.0, read_timeout=10.0
            )
        self._client.put_object(Bucket=bucket, Key=key, Body=data)
