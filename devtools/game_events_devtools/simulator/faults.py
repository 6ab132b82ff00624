"""What broken builds send: each event breaks one rule, and is rejected for it."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from game_events_devtools.simulator.players import Event


@dataclass(frozen=True)
class Fault:
    """A way to break an event, and the reason that the server then gives."""

    pointer: str
    rule: str
    _apply: Callable[[Event], None]

    def broken(self, event: Event) -> Event:
        """A copy that breaks the rule."""
        copy = dict(event)
        self._apply(copy)
        return copy

    @property
    def reason(self) -> tuple[str, str]:
        return self.pointer, self.rule


def _set(field: str, value: object, rule: str) -> Fault:
    def apply(event: Event) -> None:
        event[field] = value

    return Fault(f"/{field}", rule, apply)


def _add(field: str, value: object) -> Fault:
    def apply(event: Event) -> None:
        event[field] = value

    return Fault("", "additionalProperties", apply)


def _omit(field: str) -> Fault:
    def apply(event: Event) -> None:
        del event[field]

    return Fault("", "required", apply)


def _as_number(field: str) -> Fault:
    def apply(event: Event) -> None:
        event[field] = float(event[field])

    return Fault(f"/{field}", "type", apply)


ANY_EVENT = (
    _set("platform", "symbian", "enum"),
    _set("schema_version", "9-9-9", "unknown-schema-version"),
    _set("event_time", "2019-01-01T00:00:00Z", "event-too-old"),
    _set("event_time", "yesterday, shortly after lunch", "pattern"),
    _set("country_code", None, "type"),
    _set("game_id", "Puzzle Quest!", "pattern"),
    _set("environment", "staging", "enum"),
    _add("email", "player@example.com"),
    _set("app_version", "", "minLength"),
    _omit("user_id"),
    _omit("session_id"),
)
CARELESS = {
    "install": _set("install_source", "Facebook Ads", "enum"),
    "session_start": _set("session_number", "1", "type"),
    "purchase": _as_number("price"),
    "ad_revenue": _as_number("revenue"),
}
"""What the careless build does to every event of a type."""


def fault_of(chance: random.Random, event: Event, share: float, *, careless: bool) -> Fault | None:
    """What is wrong with the event, if anything is: with that share of all, and with all of a careless build."""
    if careless:
        return CARELESS[event["event_type"]]
    return chance.choice(ANY_EVENT) if chance.random() < share else None
