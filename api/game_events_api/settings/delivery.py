"""What an operator can set for delivery."""

from typing import Literal

from pydantic import Field, field_validator

from game_events_api.settings.base import MIB, CommonSettings, Text

SinkName = Literal["lake", "firehose"]
SINKS: tuple[SinkName, ...] = ("lake", "firehose")


class DeliverySettings(CommonSettings):
    """Delivery's settings, under the same prefix as the edge's."""

    sink: str = "lake"
    """Where events go: lake, firehose, or lake,firehose while moving from one to the other."""
    linger_seconds: float = Field(1.0, ge=0)
    """Seconds that the oldest event may wait for company in its file or record."""
    poll_seconds: float = Field(0.1, gt=0)
    """Seconds between two looks at the spools while there is nothing to do."""
    shutdown_seconds: float = Field(10.0, ge=0)
    """Seconds that SIGTERM may take to flush; what is not out by then stays in the spool."""

    lake_file_bytes: int = Field(64 * MIB, gt=0)
    """Bytes before compression at which a lake file is closed."""

    firehose_stream: Text = "game-events"
    """Delivery stream of the accepted events."""
    firehose_rejected_stream: Text = "game-events-rejected"
    """Delivery stream of the rejected events."""
    firehose_endpoint_url: str | None = None
    """URL of another Firehose endpoint than AWS's own of the region."""
    aws_region: str | None = None
    """AWS region; boto3 looks for one where none is given."""
    firehose_threads: int = Field(4, ge=1, le=64)
    """Calls to Firehose in parallel at most."""
    firehose_connect_timeout: float = Field(3.0, gt=0)
    """Seconds that a connection to Firehose may take."""
    firehose_read_timeout: float = Field(20.0, gt=0)
    """Seconds that Firehose's answer may take."""
    firehose_window_bytes: int = Field(32 * MIB, gt=0)
    """Bytes held in memory at most: read from the spool, not confirmed yet."""

    @field_validator("sink")
    @classmethod
    def _known_sinks(cls, value: str) -> str:
        names = [name.strip() for name in value.split(",") if name.strip()]
        unknown = [name for name in names if name not in SINKS]
        if unknown or not names or len(set(names)) != len(names):
            raise ValueError(f"unusable sink {value!r}: give lake, firehose or lake,firehose")
        return ",".join(names)

    @property
    def sinks(self) -> tuple[str, ...]:
        return tuple(self.sink.split(","))
