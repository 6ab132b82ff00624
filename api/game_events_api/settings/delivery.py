"""What an operator can set for delivery."""

from typing import Self

from pydantic import Field, field_validator, model_validator

from game_events_api.settings.base import MIB, CommonSettings, Text

SINKS = ("lake", "firehose", "s3")


class DeliverySettings(CommonSettings):
    """Delivery's settings, under the same prefix as the edge's."""

    sink: str = "lake"
    """Where events go: lake, firehose, s3, or several, as lake,firehose while moving."""
    linger_seconds: float = Field(1.0, ge=0)
    """Seconds that the oldest event may wait for company in its file or record."""
    poll_seconds: float = Field(0.1, gt=0)
    """Seconds between two looks at the spools while there is nothing to do."""
    shutdown_seconds: float = Field(10.0, ge=0)
    """Seconds that SIGTERM may take to flush; what is not out by then stays in the spool."""

    lake_file_bytes: int = Field(64 * MIB, gt=0, le=256 * MIB)
    """Bytes before compression at which a lake file is closed; at most 256 MiB, for readers take twice that."""

    firehose_stream: Text = "game-events"
    """Delivery stream of the accepted events."""
    firehose_rejected_stream: Text = "game-events-rejected"
    """Delivery stream of the rejected events."""
    firehose_endpoint_url: str | None = None
    """URL of another Firehose endpoint than AWS's own of the region."""
    aws_region: str | None = None
    """AWS region; boto3 looks for one where none is given."""
    firehose_error_output: Text | None = None
    """Where Firehose puts what it took and could not deliver, s3://bucket/errors/ or a folder; read once a minute."""
    firehose_threads: int = Field(4, ge=1, le=64)
    """Calls to Firehose in parallel at most."""
    firehose_connect_timeout: float = Field(3.0, gt=0)
    """Seconds that a connection to Firehose may take."""
    firehose_read_timeout: float = Field(20.0, gt=0)
    """Seconds that Firehose's answer may take."""
    firehose_call_timeout: float = Field(300.0, gt=0)
    """Seconds that a call to Firehose may take in all, as long as something is on its way; then it is sent again."""
    firehose_window_bytes: int = Field(32 * MIB, gt=0)
    """Bytes held in memory at most: read from the spool, not confirmed yet."""
    dead_letter_bytes: int = Field(256 * MIB, ge=0)
    """Bytes of dead letters that one spool file keeps in itself; above that the oldest move to compressed files."""

    s3_bucket: str | None = None
    """Bucket into which the sink s3 puts the lake's files."""
    s3_prefix: str = ""
    """What the names of the sink s3's objects begin with."""
    s3_endpoint_url: str | None = None
    """URL where S3 answers, if it is not AWS's: the sink s3, what Firehose failed with, commands that read the lake."""

    @field_validator("sink")
    @classmethod
    def _known_sinks(cls, value: str) -> str:
        names = [name.strip() for name in value.split(",") if name.strip()]
        unknown = [name for name in names if name not in SINKS]
        if unknown or not names or len(set(names)) != len(names):
            raise ValueError(f"unusable sink {value!r}: give one of {', '.join(SINKS)}, or a list of them")
        if {"lake", "s3"} <= set(names):
            raise ValueError("lake and s3 are two places for the same files: give one; firehose may go with either")
        return ",".join(names)

    @field_validator("firehose_error_output")
    @classmethod
    def _folder_or_bucket(cls, value: str | None) -> str | None:
        scheme, _, rest = (value or "").partition("://")
        if rest and (scheme != "s3" or not rest.partition("/")[0]):
            raise ValueError(f"unusable place {value!r}: give s3://bucket/prefix or a folder")
        return value

    @model_validator(mode="after")
    def _s3_has_a_bucket(self) -> Self:
        if "s3" in self.sinks and not self.s3_bucket:
            raise ValueError("the sink s3 needs a bucket: set GAME_EVENTS_S3_BUCKET")
        return self

    @property
    def sinks(self) -> tuple[str, ...]:
        return tuple(self.sink.split(","))
