"""What the settings of the edge and of delivery have in common."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

PREFIX = "GAME_EVENTS_"
KIB = 1024
MIB = 1024 * KIB
LEAST_HANG_SECONDS = 2.0

Text = Annotated[str, Field(min_length=1)]


def _split(value: object) -> object:
    return [part for text in value.split(",") if (part := text.strip())] if isinstance(value, str) else value


Listed = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""Values with commas between."""


class CommonSettings(BaseModel):
    """A field's docstring is its description in `serve --help`, in docs/ and in .env.example; it gives the unit."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        hide_input_in_errors=True,
        allow_inf_nan=False,  # a number without an end fails where it is counted with, again at each start
    )

    data_dir: Path = Path("data")
    """Folder of `keys.json`, `spool/`, `delivery/` and the local `lake/`."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least level of what is logged of the server itself; what libraries log is shown from warning on."""
    hang_seconds: float = 60.0
    """Seconds without a sign of life after which `serve` replaces a worker or delivery, at least 2; 0 for never."""
    blocked_seconds: float = Field(5.0, ge=0)
    """Seconds that a worker's loop or a turn of delivery may take before the log says where it is; 0 for never."""
    traces_url: Text | None = None
    """URL of an OpenTelemetry collector, as http://localhost:4318, that spans go to; needs `game-events-api[otel]`."""

    @field_validator("traces_url")
    @classmethod
    def _can_be_sent_to(cls, value: str | None) -> str | None:
        if value is None:
            return None
        url = urlsplit(value)
        if url.scheme not in ("http", "https") or not url.hostname:
            raise ValueError("give an http:// or https:// URL, without /v1/traces")
        if url.username is not None or url.query:
            raise ValueError("a secret does not belong into the URL; OTEL_EXPORTER_OTLP_HEADERS takes it")
        if not find_spec("opentelemetry") or not find_spec("opentelemetry.exporter"):
            raise ValueError("OpenTelemetry is not installed: pip install 'game-events-api[otel]', or unset it")
        return value

    @field_validator("hang_seconds")
    @classmethod
    def _longer_than_a_beat(cls, value: float) -> float:
        if value != 0 and value < LEAST_HANG_SECONDS:
            raise ValueError(f"give at least {LEAST_HANG_SECONDS:g}, for a busy machine much more, or 0 for never")
        return value


def variable(field: str) -> str:
    """The environment variable that sets a field."""
    return f"{PREFIX}{field.upper()}"
