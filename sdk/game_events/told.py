"""What a client is told: where to send, what its events share, how they wait. Arguments first, then the environment."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, TypedDict

from game_events.outbox import Bounds, Dropped
from game_events.receipts import EventResult


class Context(TypedDict, total=False):
    """What all events of a client share, given to it once. An event that says otherwise is right."""

    game_id: str
    platform: str
    app_version: str
    environment: str


URL, API_KEY = "GAME_EVENTS_URL", "GAME_EVENTS_API_KEY"
SHARED = {name: f"GAME_EVENTS_{name.upper()}" for name in Context.__annotations__}
"""By field, the variable that says it where no argument does."""

Durability = Literal["process", "full"]


class Settings(Context, total=False):
    """What a client may be told beside where to send."""

    schemas: Mapping[str, str]
    """Versions to make events by that are not the default, `{"purchase": "1-0-0"}`. None."""
    enabled: bool
    """False: nothing is sent; what is enqueued is checked and counted as dropped. True."""
    background: bool
    """False: what is enqueued goes in `flush` and `close` only, say before a Lambda function is frozen. True."""
    spool: str | os.PathLike[str]
    """A directory of a disk where what is enqueued waits, so that it outlives the process; one for each game."""
    durability: Durability
    """Of the spool: what it outlives, the "process", or in "full" the loss of power too."""
    max_queued: int
    """How many events may wait at most. 100,000."""
    on_result: Callable[[EventResult], object]
    """Called with what the server said of each event that was enqueued."""
    on_drop: Callable[[Dropped], object]
    """Called with each enqueued event that will not be sent."""
    before_enqueue: Callable[[dict[str, Any]], dict[str, Any] | None]
    """Called with each event that is enqueued; returns the one to send, or None for none."""


@dataclass(frozen=True)
class Waits:
    """How what is enqueued waits and who hears of it; see `Settings`."""

    enabled: bool = True
    background: bool = True
    spool: Path | None = None
    durability: Durability = "process"
    bounds: Bounds = field(default_factory=Bounds)
    on_result: Callable[[EventResult], object] | None = None
    on_drop: Callable[[Dropped], object] | None = None
    before_enqueue: Callable[[dict[str, Any]], dict[str, Any] | None] | None = None


def told(argument: str | None, variable: str) -> str | None:
    return argument if argument is not None else os.environ.get(variable)


def context_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """What events share by these arguments and the environment. TypeError for an argument that there is not."""
    for name in given:
        if name not in Settings.__annotations__:
            near = get_close_matches(name, [*Settings.__annotations__, "timeout", "max_attempts", "http", "clock"], 1)
            meant = f"; did you mean '{near[0]}'?" if near else ""
            raise TypeError(f"a client takes no argument '{name}'{meant}")
    found = {name: told(given.get(name), variable) for name, variable in SHARED.items()}
    return {name: value for name, value in found.items() if value}


def waits_of(given: Mapping[str, Any]) -> Waits:
    """TypeError or ValueError for a setting that cannot be."""
    for name in ("enabled", "background"):
        if not isinstance(given.get(name, True), bool):
            raise TypeError(f"{name} is True or False, not {given[name]!r}")
    for name in ("on_result", "on_drop", "before_enqueue"):
        if given.get(name) is not None and not callable(given[name]):
            raise TypeError(f"{name} is a function, not {given[name]!r}")
    most = given.get("max_queued", Bounds().events)
    if isinstance(most, bool) or not isinstance(most, int) or most < 1:
        raise ValueError(f"max_queued is {most!r}; give a whole number from 1")
    durability = given.get("durability", "process")
    if durability not in ("process", "full"):
        raise ValueError(f"durability is {durability!r}; give 'process' or 'full'")
    spool = given.get("spool")
    if spool is None and "durability" in given:
        raise ValueError("durability is the spool's; give spool=, a directory, too")
    if spool is not None and not isinstance(spool, str | os.PathLike):
        raise TypeError(f"spool is a directory, not {spool!r}")
    return Waits(
        enabled=given.get("enabled", True),
        background=given.get("background", True),
        spool=None if spool is None else Path(spool),
        durability=durability,
        bounds=Bounds(events=most),
        on_result=given.get("on_result"),
        on_drop=given.get("on_drop"),
        before_enqueue=given.get("before_enqueue"),
    )
