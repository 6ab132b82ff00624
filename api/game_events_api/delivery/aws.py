"""boto3 clients whose calls are bounded in time and made once."""

from typing import Any


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

    return boto3.Session().client(
        service,  # type: ignore[call-overload]
        endpoint_url=endpoint_url,
        region_name=region,
        config=Config(
            # Set, because the default differs between versions and machines. One attempt: how often and when
            # something is sent again is decided here, in outcomes, backoff and breaker.
            retries={"mode": "standard", "total_max_attempts": 1},
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            max_pool_connections=threads,
            tcp_keepalive=True,
            # An endpoint of one's own rarely answers to bucket.host names.
            s3={"addressing_style": "path" if endpoint_url else "auto"},
        ),
    )
