"""boto3 clients whose calls are bounded in time and made once."""

import ipaddress
from functools import partial
from typing import Any
from urllib.parse import urlsplit


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


def is_loopback(url: str) -> bool:
    """Whether it leads to this machine, where no proxy does."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
