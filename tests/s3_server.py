"""S3 as moto plays it, behind a real socket."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

import boto3
import httpx
from moto.server import ThreadedMotoServer

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
REGION = "us-east-1"


@dataclass(frozen=True)
class S3Server:
    """One bucket; `client` is boto3's."""

    url: str
    bucket: str
    client: Any

    @property
    def contents(self) -> dict[str, bytes]:
        """Every object by its key."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        keys = [entry["Key"] for page in pages for entry in page.get("Contents", ())]
        return {key: self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read() for key in keys}

    def put_object(self, *, Bucket: str, Key: str, Body: BinaryIO) -> object:
        return self.client.put_object(Bucket=Bucket, Key=Key, Body=Body)

    def head_object(self, *, Bucket: str, Key: str) -> object:
        return self.client.head_object(Bucket=Bucket, Key=Key)


@contextmanager
def s3_server(bucket: str = "lake", port: int = 0) -> Iterator[S3Server]:
    """Empty: moto's state is the process's, and is forgotten first."""
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    moto.start()
    try:
        host, port = moto.get_host_and_port()
        url = f"http://{host}:{port}"
        httpx.post(f"{url}/moto-api/reset").raise_for_status()
        client = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION).client(
            "s3", endpoint_url=url
        )
        client.create_bucket(Bucket=bucket)
        yield S3Server(url, bucket, client)
        client.close()
    finally:
        moto.stop()
