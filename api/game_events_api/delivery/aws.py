"""boto3 clients whose calls are bounded in time and made once, and whose credentials may change.

A client resolves its credentials once. Those with an end it renews by itself: of a role, a container, an instance, a
process. Keys in a file it never looks at again, and where it found none it keeps none. So it is made anew when such a
file has changed, and after an answer that speaks against the credentials.
"""

import ipaddress
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

FILES = {"AWS_SHARED_CREDENTIALS_FILE": "~/.aws/credentials", "AWS_CONFIG_FILE": "~/.aws/config"}
UNWELCOME = frozenset(
    {
        *("ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired", "InvalidToken"),
        *("UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "AuthFailure"),
        *("InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature", "MissingAuthenticationToken"),
    }
)
"""Codes of answers that speak against the credentials, whatever their status."""

Stamp = tuple[tuple[int, int, int] | None, ...]


def client(
    service: str,
    *,
    endpoint_url: str | None,
    region: str | None,
    connect_timeout: float,
    read_timeout: float,
    threads: int = 1,
) -> Any:
    """Timeouts in seconds; without `endpoint_url` and `region` boto3 looks in its usual places.

    Raises what botocore raises, NoRegionError for one.
    """
    import boto3
    from botocore.config import Config

    config = Config(
        # Set, because the default differs between versions and machines. One attempt: how often and when
        # something is sent again is decided here, in outcomes, backoff and breaker.
        retries={"mode": "standard", "total_max_attempts": 1},
        connect_timeout=connect_timeout,
        read_timeout=read_timeout,
        max_pool_connections=threads,
        tcp_keepalive=True,
        # An endpoint of one's own rarely answers to bucket.host names.
        s3={"addressing_style": "path" if endpoint_url else "auto"},
    )
    make = partial(boto3.Session().client, service, endpoint_url=endpoint_url, region_name=region)
    made = make(config=config)
    # Whose endpoint it is, is known only now: a variable or a profile may name it.
    return make(config=config.merge(Config(proxies={}))) if is_loopback(made.meta.endpoint_url) else made


class Connection:
    """A service's client for as long as nothing speaks against its credentials. Safe in threads."""

    def __init__(self, make: Callable[[], Any], stamp: Callable[[], Stamp] | None = None) -> None:
        """`make` gives a client with the credentials of now; `stamp` differs once their files have changed."""
        self._make = make
        self._stamp_now = stamp or partial(stamp_of_files, os.environ)
        self._lock = threading.Lock()
        self._client: Any = None
        self._stamp: Stamp = ()

    @contextmanager
    def client(self) -> Iterator[Any]:
        """For one call. Raises what `make` raises: it is asked again next time."""
        with self._lock:
            stamp = self._stamp_now()
            if self._client is None or stamp != self._stamp:
                self._client, self._stamp = None, stamp
                self._client = self._make()
            current = self._client
        try:
            yield current
        except Exception as error:
            if speaks_against_credentials(error):
                with self._lock:
                    if self._client is current:
                        self._client = None
            raise


def stamp_of_files(variables: Mapping[str, str]) -> Stamp:
    """What changes with boto3's files of keys and profiles: two calls of stat."""
    return tuple(_stamp(Path(variables.get(name) or default).expanduser()) for name, default in FILES.items())


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def speaks_against_credentials(error: Exception) -> bool:
    """Whether other credentials could have helped."""
    from botocore import exceptions as aws

    if isinstance(error, aws.ClientError):
        response: Mapping[str, Any] = error.response
        status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        return status in (401, 403) or response.get("Error", {}).get("Code") in UNWELCOME
    return isinstance(
        error,
        aws.NoCredentialsError
        | aws.PartialCredentialsError
        | aws.CredentialRetrievalError
        | aws.TokenRetrievalError
        | aws.NoAuthTokenError
        | aws.SSOError,
    )


def is_loopback(url: str) -> bool:
    """Whether it leads to this machine, where no proxy does."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
