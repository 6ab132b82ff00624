"""What an operator can set for the server's workers."""

import re
from ipaddress import ip_network

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from game_events_api.settings.base import KIB, MIB, Listed, Text
from game_events_api.settings.keys import KeySettings

ANY_ORIGIN = "*"
ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#\s,*A-Z]+")


class Settings(KeySettings):
    """The edge's settings. Bounds are each worker's own, except where Redis is said to share them."""

    host: Text = "127.0.0.1"
    """Address to listen on."""
    port: int = Field(8000, ge=0, le=65535)
    """TCP port; 0 takes a free one and prints it. The server does not start where another one listens."""
    workers: int = Field(1, ge=1, le=256)
    """Server processes sharing the port."""

    max_body_bytes: int = Field(1 * MIB, gt=0)
    """Bytes of a body as it comes over the wire; a larger one is answered 413."""
    max_decompressed_bytes: int = Field(8 * MIB, gt=0)
    """Bytes of a body after decompression; a larger one is answered 413."""
    max_event_bytes: int = Field(64 * KIB, gt=0)
    """Bytes of one event; a larger one is answered 413, in a batch that event alone is rejected."""
    max_header_bytes: int = Field(32 * KIB, ge=1 * KIB)
    """Bytes of a request line and its headers; more are answered 431 and the connection is closed."""
    header_seconds: float = Field(10.0, gt=0)
    """Seconds that a request line and headers may take to arrive; then 408 and the connection is closed."""
    body_seconds: float = Field(20.0, gt=0)
    """Seconds that a body may take to arrive; then 408 and the connection is closed."""
    keep_alive_seconds: int = Field(75, gt=0)
    """Seconds after which an idle connection is closed."""

    max_requests_in_flight: int = Field(2_000, gt=0)
    """Requests judged and stored at once, of one API key half; further ones are answered 503 with Retry-After."""
    max_in_flight_bytes: int = Field(64 * MIB, validate_default=True)
    """Bytes, decompressed, of all bodies over 16 KiB held at once, of one API key half; then 503 with Retry-After."""
    max_connections: int = Field(10_000, gt=0)
    """Connections open at once, of one address half; a further one takes an idle one's place or is closed with 503."""
    max_pending_bytes: int = Field(64 * MIB, gt=0)
    """Bytes waiting for the spool's next commit; then 503 with Retry-After: the disk does not keep up."""
    max_spool_bytes: int = Field(8 * 1024 * MIB, gt=0)
    """Bytes of one worker's spool that wait for delivery; then 503 with Retry-After, and /ready says so."""

    events_per_second: float = Field(20_000.0, gt=0)
    """Events a second that an API key may send in the long run; then 429 with Retry-After and RateLimit."""
    burst_seconds: float = Field(2.0, gt=0)
    """Seconds' worth of events that an API key, and of requests that an address, may send at once."""
    address_requests_per_second: float = Field(20_000.0, gt=0)
    """Requests a second that an address, or an IPv6 /64, may send in the long run, with or without a key; then 429."""
    wrong_keys_per_minute: float = Field(600.0, gt=0)
    """Requests a minute with a wrong key that an address, or an IPv6 /64, is answered 401; further ones 429."""
    trusted_proxies: Listed = ()
    """Networks of proxies, as 10.0.0.0/8,fd00::/8: requests from there are their X-Forwarded-For's, not the proxy's."""
    rejected_per_minute: int = Field(6_000, ge=0)
    """Rejected events that are kept per API key and minute; more are answered and counted as `rejected_dropped`."""
    learnt_games: int = Field(100, ge=0)
    """Games, not registered and named by no key, that a worker counts by name in the ledger; the rest as `*`."""
    dedup_window: int = Field(250_000, ge=0)
    """Latest events that a worker remembers; older repetitions are left to the warehouse."""
    cors_origins: Listed = ()
    """Origins whose pages may send events from a browser, as https://play.example, or *; none may without."""

    enrich: Listed = ()
    """Functions that add fields to accepted events, as studio.hooks:enrich, with commas between."""
    observe: Listed = ()
    """Functions that are told of events once they are stored, as studio.hooks:seen."""
    enrich_seconds: float = Field(0.1, gt=0, le=10)
    """Seconds that a request may wait for `enrich`; then its events are stored without what is missing."""
    enrich_threads: int = Field(4, ge=1, le=64)
    """Requests whose events are enriched at once."""

    redis_url: SecretStr | None = None
    """Redis through which workers share limits and duplicates: redis://, rediss:// or unix://."""
    redis_prefix: str = Field("game-events", pattern=r"^[A-Za-z0-9._-]{1,64}$")
    """Begins the name of every key in Redis; servers with different prefixes share nothing."""
    redis_timeout_seconds: float = Field(0.1, gt=0)
    """Seconds that a round trip to Redis may take; then the workers go on alone and try again every second."""
    shared_dedup_window: int = Field(2_000_000, ge=0)
    """Latest events that Redis remembers for all workers; older repetitions are left to the warehouse."""

    drain_seconds: float = Field(0.0, ge=0)
    """Seconds after SIGTERM for which /ready says no while requests are still taken: a load balancer notices."""
    grace_seconds: float = Field(15.0, gt=0)
    """Seconds after that which requests in flight may take to finish."""

    @field_validator("max_in_flight_bytes")
    @classmethod
    def _holds_one_body(cls, value: int, others: ValidationInfo) -> int:
        if value < (largest := others.data.get("max_decompressed_bytes", 0)):
            raise ValueError(
                f"one body of max_decompressed_bytes ({largest:,}) could never pass; give at least as many"
            )
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            try:
                ip_network(network)
            except ValueError:
                raise ValueError("give networks such as 10.0.0.0/8 or addresses, with commas between") from None
        return value

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(origin == ANY_ORIGIN or ORIGIN.fullmatch(origin) for origin in value):
            raise ValueError("give origins such as https://play.example, without a path and in lower case, or *")
        return value

    @field_validator("redis_url")
    @classmethod
    def _usable_url(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or not value.get_secret_value():
            return None
        from redis.connection import parse_url

        try:
            parse_url(value.get_secret_value())  # type: ignore[no-untyped-call]
        except ValueError:  # its message may hold a part of the password
            raise ValueError("give redis://, rediss:// or unix://, with %-escapes in the password") from None
        return value
