"""What an operator can set; every field is also an environment variable `GAME_EVENTS_<FIELD>`."""

from pathlib import Path
from typing import Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SINKS = ("lake", "firehose", "s3")


class DeliverySettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="GAME_EVENTS_", extra="ignore")

    data_dir: Path = Path("data")
    sink: str = "lake"
    """`lake`, `firehose`, `s3`, or a list such as `lake,firehose` while moving from one to the other."""
    linger_seconds: float = Field(1.0, ge=0)
    """How long the oldest event may wait for company in its file or record."""
    poll_seconds: float = Field(0.1, gt=0)
    shutdown_seconds: float = Field(10.0, ge=0)
    """How long SIGTERM may take to flush; what is not out by then stays in the spool."""

    lake_file_bytes: int = Field(64 * 1024 * 1024, gt=0)
    """A lake file is closed at this many bytes before compression."""

    firehose_stream: str = "game-events"
    firehose_rejected_stream: str = "game-events-rejected"
    firehose_endpoint_url: str | None = None
    """None: AWS's own endpoint of the region."""
    aws_region: str | None = None
    firehose_threads: int = Field(4, ge=1, le=64)
    firehose_connect_timeout: float = Field(3.0, gt=0)
    firehose_read_timeout: float = Field(20.0, gt=0)
    firehose_window_bytes: int = Field(32 * 1024 * 1024, gt=0)
    """How many bytes may be held in memory: read from the spool, not confirmed yet."""

    s3_bucket: str | None = None
    """Where the sink `s3` puts the lake's files."""
    s3_prefix: str = ""
    s3_endpoint_url: str | None = None
    """None: AWS's own endpoint of the region."""

    @field_validator("sink")
    @classmethod
    def _known_sinks(cls, value: str) -> str:
        names = [name.strip() for name in value.split(",") if name.strip()]
        unknown = [name for name in names if name not in SINKS]
        if unknown or not names or len(set(names)) != len(names):
            raise ValueError(f"unusable sink {value!r}: give lake, firehose, s3 or a list of them")
        if {"lake", "s3"} <= set(names):
            raise ValueError("lake and s3 are two places for the same files: give one; firehose may go with either")
        return ",".join(names)

    @model_validator(mode="after")
    def _s3_has_a_bucket(self) -> Self:
        if "s3" in self.sinks and not self.s3_bucket:
            raise ValueError("the sink s3 needs a bucket: set GAME_EVENTS_S3_BUCKET")
        return self

    @property
    def sinks(self) -> tuple[str, ...]:
        return tuple(self.sink.split(","))
