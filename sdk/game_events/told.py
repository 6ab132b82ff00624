"""What a client is told once: where to send, and what its events share. Arguments first, then the environment."""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from game_events.making import Context

URL, API_KEY = "GAME_EVENTS_URL", "GAME_EVENTS_API_KEY"
SHARED = {name: f"GAME_EVENTS_{name.upper()}" for name in Context.__annotations__}
"""By field, the variable that says it where no argument does."""


def told(argument: str | None, variable: str) -> str | None:
    return argument if argument is not None else os.environ.get(variable)


def context_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """What events share by these arguments and the environment. TypeError for an argument that there is not."""
    for name in given:
        if name not in SHARED:
            near = get_close_matches(name, [*SHARED, "timeout", "max_attempts", "http", "clock"], 1)
            meant = f"; did you mean '{near[0]}'?" if near else ""
            raise TypeError(f"a client takes no argument '{name}'{meant}")
    found = {name: told(given.get(name), variable) for name, variable in SHARED.items()}
    return {name: value for name, value in found.items() if value}
