"""What an operator can set; every field is also an environment variable `GAME_EVENTS_<FIELD>`."""

from pathlib import Path

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

KIB = 1024
MIB = 1024 * KIB
UNUSABLE_SETTINGS = 2
"""What a process ends with when they cannot be used."""


class Settings(BaseSettings):
    """The edge's settings; delivery has its own in `delivery/settings.py`, under the same prefix."""

    model_config = SettingsConfigDict(env_prefix="GAME_EVENTS_", extra="ignore", hide_input_in_errors=True)

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    """0 takes a free port, printed at the start."""
    data_dir: Path = Path("data")
    workers: int = Field(1, ge=1, le=256)
    """Server processes sharing the port."""

    max_body_bytes: int = Field(1 * MIB, gt=0)
    """A body as it came over the wire."""
    max_decompressed_bytes: int = Field(8 * MIB, gt=0)
    max_event_bytes: int = Field(64 * KIB, gt=0)
    max_header_bytes: int = Field(32 * KIB, ge=1 * KIB)
    header_seconds: float = Field(10.0, gt=0)
    """How long a request line and headers may take to arrive."""
    body_seconds: float = Field(20.0, gt=0)
    """How long a body may take to arrive."""
    keep_alive_seconds: int = Field(75, gt=0)

    max_requests_in_flight: int = Field(2_000, gt=0)
    max_in_flight_bytes: int = Field(64 * MIB, validate_default=True)
    """Bytes of all bodies larger than 16 KiB that are being read or waiting for their answer, decompressed."""
    max_connections: int = Field(10_000, gt=0)
    max_pending_bytes: int = Field(64 * MIB, gt=0)
    """Bytes waiting for the spool's next commit."""
    max_spool_bytes: int = Field(8 * 1024 * MIB, gt=0)
    """Bytes of one worker's spool that wait for delivery."""

    events_per_second: float = Field(20_000.0, gt=0)
    """Per key, in the long run."""
    burst_seconds: float = Field(2.0, gt=0)
    """How many seconds' worth of events a key may send at once."""
    rejected_per_minute: int = Field(6_000, ge=0)
    """Refused events each worker keeps per key and minute; more are answered and counted, and not kept."""
    dedup_window: int = Field(250_000, ge=0)
    """How many of the latest event ids each worker remembers."""

    redis_url: SecretStr | None = None
    """redis://, rediss:// or unix://: workers and machines that use it share limits and the deduplication window."""
    redis_prefix: str = Field("game-events", pattern=r"^[A-Za-z0-9._-]{1,64}$")
    """Begins the name of every key in Redis; servers with different prefixes share nothing."""
    redis_timeout_seconds: float = Field(0.1, gt=0)
    """How long one round trip may take before the workers go on alone."""
    shared_dedup_window: int = Field(2_000_000, ge=0)
    """How many of the latest event ids Redis remembers for all of them."""

    drain_seconds: float = Field(0.0, ge=0)
    """After SIGTERM: how long /ready says no while requests are still taken, for a load balancer to notice."""
    grace_seconds: float = Field(15.0, gt=0)
    """After that: how long requests in flight may take to finish."""

    @field_validator("max_in_flight_bytes")
    @classmethod
    def _holds_one_body(cls, value: int, others: ValidationInfo) -> int:
        if value < (largest := others.data.get("max_decompressed_bytes", 0)):
            raise ValueError(
                f"one body of max_decompressed_bytes ({largest:,}) could never pass; give at least as many"
            )
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
