"""The contract as data: the event schemas and the OpenAPI document, each self-contained and parsed once.

The dicts are shared by every caller; treat them as read-only.
"""

import copy
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def versions() -> dict[str, tuple[str, ...]]:
    """Every published version of every event type, oldest first: `{"install": ("1-0-0",), …}`."""
    return {event_type: tuple(known) for event_type, known in _load("versions.json").items()}


@cache
def schema(event_type: str, version: str) -> dict[str, Any]:
    """The JSON Schema 2020-12 of one event version; KeyError when it was never published.

    Compile it with format assertion on: `date-time` is part of the contract.
    """
    if version not in versions().get(event_type, ()):
        raise KeyError(f"{event_type}/{version}")
    return _load(f"{event_type}/{version}.json")


@cache
def inlined_schema(event_type: str, version: str) -> dict[str, Any]:
    """`schema` for tools that follow no `$ref`: every definition stands in the place that refers to it.

    Only one that leads back to itself stays under `$defs`. KeyError as `schema` raises it.
    """
    schema(event_type, version)
    return _load(f"{event_type}/{version}.inlined.json")


@cache
def annotations(event_type: str, version: str) -> dict[str, dict[str, str]]:
    """What the schema says of its fields beside their values: JSON Pointer into an event → word → what it says.

    The words are `x-pii`, `x-unit`, `x-owner`, `x-since`, and `deprecated` with the version since which it is. A `*` in
    a pointer stands for every item of a list or key of a map; the empty pointer is the event. KeyError as `schema`.
    """
    schema(event_type, version)
    said: dict[str, dict[str, str]] = _load("annotations.json").get(f"{event_type}/{version}", {})
    return said


def personal_data(event_type: str, version: str) -> dict[str, str]:
    """Where events of the version hold personal data, and of which kind: `{"/user_id": "player_id"}`.

    For whoever masks or erases it; pointers as in `annotations`. KeyError when the version was never published.
    """
    return {at: words["x-pii"] for at, words in annotations(event_type, version).items() if "x-pii" in words}


@dataclass(frozen=True)
class Lifecycle:
    """How far a published version has come."""

    default: bool
    """Whether code means it by its event's name alone."""
    deprecated: datetime | None
    """Since when senders are told to leave it."""
    sunset: datetime | None
    """From when on its events are refused."""
    reason: str | None
    """Why it goes, and where to go instead."""
    superseded_by: str | None
    """The version its events are judged by, when it was published with a mistake."""

    def is_deprecated(self, now: datetime) -> bool:
        return self.deprecated is not None and now >= self.deprecated

    def is_retired(self, now: datetime) -> bool:
        return self.sunset is not None and now >= self.sunset


@cache
def lifecycle(event_type: str, version: str) -> Lifecycle:
    """Whether the version is the default, deprecated or due to be retired; KeyError when it was never published."""
    entry = _load("lifecycle.json")[f"{event_type}/{version}"]
    return Lifecycle(
        default=entry.get("default", False),
        deprecated=_midnight(entry.get("deprecated")),
        sunset=_midnight(entry.get("sunset")),
        reason=entry.get("reason"),
        superseded_by=entry.get("superseded_by"),
    )


@cache
def default_version(event_type: str) -> str:
    """The version that code means by the event's name alone; KeyError when there is no such event."""
    return next(version for version in versions()[event_type] if lifecycle(event_type, version).default)


@cache
def judging_schema(event_type: str, version: str) -> dict[str, Any]:
    """The schema that an event naming this version is judged by.

    That is the published one, or the one that supersedes it with the named version in place of its own.
    """
    successor = lifecycle(event_type, version).superseded_by
    if successor is None:
        return schema(event_type, version)
    judging = copy.deepcopy(schema(event_type, successor))
    judging["properties"]["schema_version"]["const"] = version
    return judging


@cache
def openapi() -> dict[str, Any]:
    """The OpenAPI 3.1 document that the server serves at /openapi.json."""
    return _load("openapi.json")


def _load(name: str) -> dict[str, Any]:
    text = files("game_events_models").joinpath("documents").joinpath(*name.split("/")).read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def _midnight(day: str | None) -> datetime | None:
    return None if day is None else datetime.combine(date.fromisoformat(day), time(), UTC)
