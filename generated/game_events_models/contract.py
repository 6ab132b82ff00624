# Written by scripts/codegen.py from the schemas; edit those and run it again.
"""The contract as data: the event schemas and the OpenAPI document, each self-contained and parsed once.

The dicts are shared by every caller; treat them as read-only.
"""

import copy
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path
from typing import Any

PRODUCT = "game_events_models"
"""This package: it has the product's own events."""
ENTRY_POINT = "game_events.events"
"""What a distribution of events has an entry point for, which names its package."""
PROJECT = "GAME_EVENTS_PROJECT"


class NoEvents(LookupError):
    """Which events this process is about cannot be said; the message says why, and what to do."""


@cache
def events_package() -> str:
    """The import name of the package whose events this process is about.

    That of the project whose folder GAME_EVENTS_PROJECT names, else the one that is installed beside the product, else
    the product's own. NoEvents where the project has published nothing, or several are installed.
    """
    if project := os.environ.get(PROJECT):
        found = sorted(Path(project, "generated").glob("*/documents/versions.json"))
        if len(found) != 1:
            message = f"{PROJECT} is {project}, where no events are published: run `game-events schemas publish` there"
            raise NoEvents(message)
        package = found[0].parents[1]
        if package.name != PRODUCT:
            sys.path.insert(0, str(package.parent))
        return package.name
    installed = sorted({entry.value for entry in entry_points(group=ENTRY_POINT)})
    if len(installed) > 1:
        message = f"several packages of events are installed: {', '.join(installed)}; uninstall all but one, or name a"
        raise NoEvents(f"{message} project's folder in {PROJECT}")
    return installed[0] if installed else PRODUCT


@cache
def versions() -> dict[str, tuple[str, ...]]:
    """Every published version of every event type, oldest first: `{"install": ("1-0-0",), …}`."""
    return _versions(events_package())


def models() -> Mapping[str, Mapping[str, type[Any]]]:
    """Event type → schema version, oldest first → its model, of `events_package()`."""
    found: Mapping[str, Mapping[str, type[Any]]] = import_module(events_package()).EVENTS
    return found


@cache
def _versions(package: str) -> dict[str, tuple[str, ...]]:
    return {event_type: tuple(known) for event_type, known in _load("versions.json", package).items()}


@cache
def schema(event_type: str, version: str, package: str | None = None) -> dict[str, Any]:
    """The JSON Schema 2020-12 of one event version; KeyError when `package`, or `events_package()`, has it not.

    Compile it with format assertion on: `date-time` is part of the contract.
    """
    home = package or events_package()
    if version not in _versions(home).get(event_type, ()):
        raise KeyError(f"{event_type}/{version}")
    return _load(f"{event_type}/{version}.json", home)


@cache
def inlined_schema(event_type: str, version: str) -> dict[str, Any]:
    """`schema` for tools that follow no `$ref`: every definition stands in the place that refers to it.

    Only one that leads back to itself stays under `$defs`. KeyError as `schema` raises it.
    """
    schema(event_type, version)
    return _load(f"{event_type}/{version}.inlined.json", events_package())


@cache
def annotations(event_type: str, version: str, package: str | None = None) -> dict[str, dict[str, str]]:
    """What the schema says of its fields beside their values: JSON Pointer into an event → word → what it says.

    The words are `x-pii`, `x-unit`, `x-owner`, `x-since`, and `deprecated` with the version since which it is. A `*` in
    a pointer stands for every item of a list or key of a map; the empty pointer is the event. KeyError as `schema`.
    """
    schema(event_type, version, package)
    of_all = _load("annotations.json", package or events_package())
    said: dict[str, dict[str, str]] = of_all.get(f"{event_type}/{version}", {})
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
def lifecycle(event_type: str, version: str, package: str | None = None) -> Lifecycle:
    """Whether the version is the default, deprecated or due to be retired; KeyError when it was never published."""
    entry = _load("lifecycle.json", package or events_package())[f"{event_type}/{version}"]
    return Lifecycle(
        default=entry.get("default", False),
        deprecated=_midnight(entry.get("deprecated")),
        sunset=_midnight(entry.get("sunset")),
        reason=entry.get("reason"),
        superseded_by=entry.get("superseded_by"),
    )


@cache
def default_version(event_type: str, package: str | None = None) -> str:
    """The version that code means by the event's name alone; KeyError when there is no such event."""
    known = _versions(package or events_package())[event_type]
    return next(version for version in known if lifecycle(event_type, version, package).default)


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
def compatibility(event_type: str, version: str) -> list[dict[str, Any]]:
    """What the gate says of a version against every earlier one, the oldest first.

    Reports as `CompatibilityReport` of the HTTP contract describes them. KeyError when it was never published.
    """
    schema(event_type, version)
    reports: list[dict[str, Any]] = _load("compatibility.json", events_package())[f"{event_type}/{version}"]
    return reports


@cache
def examples(event_type: str) -> list[dict[str, Any]]:
    """Documents to start from: `name`, `schema_version`, `event`; of those that are refused `rule` and `pointer` too.

    What people wrote beside the schemas; `schema` has one of its own for each version. KeyError as `schema` raises it.
    """
    try:
        shown: list[dict[str, Any]] = _load("examples.json", events_package())[event_type]
    except FileNotFoundError:  # a studio's package, published before there were any
        return []
    return shown


@cache
def openapi() -> dict[str, Any]:
    """The OpenAPI 3.1 document that the server serves at /openapi.json."""
    document = _load("openapi.json", PRODUCT)
    if events_package() == PRODUCT:
        return document
    ours, theirs = (_load("event_parts.json", package) for package in (PRODUCT, events_package()))
    schemas = _exchanged(document["components"]["schemas"], ours["schemas"], theirs["schemas"])
    components = {**document["components"], "schemas": schemas}
    paths = _exchanged(document["paths"], ours["paths"], theirs["paths"])
    return {**document, "paths": paths, "components": components}


def _exchanged(parts: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    return theirs | {name: part for name, part in parts.items() if name not in ours}


def _load(name: str, package: str) -> dict[str, Any]:
    text = files(package).joinpath("documents").joinpath(*name.split("/")).read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def _midnight(day: str | None) -> datetime | None:
    return None if day is None else datetime.combine(date.fromisoformat(day), time(), UTC)
