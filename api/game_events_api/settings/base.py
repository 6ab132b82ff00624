"""What the settings of the edge and of delivery have in common."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

PREFIX = "GAME_EVENTS_"
KIB = 1024
MIB = 1024 * KIB

Text = Annotated[str, Field(min_length=1)]


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


def variable(field: str) -> str:
    """The environment variable that sets a field."""
    return f"{PREFIX}{field.upper()}"
