"""The schema repository: `schemas/<name>/<MODEL-REVISION-ADDITION>.json`, read once and asked often.

A document with a root `type` describes an event, named by its folder. A document without one only holds
`$defs` that events share.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from game_events_contract.identifiers import package

ROOT = Path(__file__).resolve().parents[2]
"""The checkout these tools belong to."""

Document = dict[str, Any]


class SchemaVersion(NamedTuple):
    """A SchemaVer: MODEL breaks everybody, REVISION may break some data, ADDITION breaks nobody."""

    model: int
    revision: int
    addition: int

    @classmethod
    def parse(cls, text: str) -> "SchemaVersion":
        match = re.fullmatch(r"([1-9][0-9]*)-(0|[1-9][0-9]*)-(0|[1-9][0-9]*)", text)
        if match is None:
            raise ValueError(f"{text!r} is not a SchemaVer; write MODEL-REVISION-ADDITION like 1-0-0")
        return cls(*map(int, match.groups()))

    def __str__(self) -> str:
        return f"{self.model}-{self.revision}-{self.addition}"

    @property
    def module(self) -> str:
        """The version as a Python module's name: `v1_0_0`."""
        return f"v{self.model}_{self.revision}_{self.addition}"


@dataclass(frozen=True)
class SchemaFile:
    """One published version of one document."""

    name: str
    version: SchemaVersion
    path: Path

    @cached_property
    def document(self) -> Document:
        document = json.loads(self.path.read_text(encoding="utf-8"))
        if not isinstance(document, dict):
            raise ValueError(f"{self.path}: a schema is a JSON object")
        return document

    @property
    def is_event(self) -> bool:
        return "type" in self.document

    @property
    def package(self) -> str:
        """The Python package of its models."""
        return package(self.name)

    @property
    def module_path(self) -> str:
        """Where its models stand in the models package: `install/v1_0_0.py`."""
        return f"{self.package}/{self.version.module}.py"

    @property
    def label(self) -> str:
        """How people and the lock file name it: `install/1-0-0`."""
        return f"{self.name}/{self.version}"


class SchemaRepository:
    """Every schema file below one folder, ordered by name and version."""

    def __init__(self, folder: Path = ROOT / "schemas") -> None:
        self.folder = folder

    @cached_property
    def files(self) -> tuple[SchemaFile, ...]:
        found = [
            SchemaFile(path.parent.name, SchemaVersion.parse(path.stem), path)
            for path in self.folder.glob("*/*.json")
            if path.parent.name != "examples"
        ]
        return tuple(sorted(found, key=lambda file: (file.name, file.version)))

    @cached_property
    def events(self) -> dict[str, tuple[SchemaFile, ...]]:
        """Event type → its versions, oldest first."""
        events: dict[str, tuple[SchemaFile, ...]] = {}
        for file in self.files:
            if file.is_event:
                events[file.name] = (*events.get(file.name, ()), file)
        return events

    @property
    def definitions(self) -> Iterator[SchemaFile]:
        """The documents that only hold shared definitions."""
        return (file for file in self.files if not file.is_event)

    @cached_property
    def lifecycle(self) -> dict[str, dict[str, str]]:
        """From `lifecycle.json`: a version's label → the dates from which it is deprecated and retired, and why; an
        event's name → its `default` version."""
        path = self.folder / "lifecycle.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def default(self, event_type: str) -> SchemaFile:
        """What the event's name alone means in code: the version that `lifecycle.json` names, else the newest."""
        versions = self.events[event_type]
        named = self.named_defaults.get(event_type)
        return next((file for file in versions if str(file.version) == named), versions[-1])

    @property
    def named_defaults(self) -> dict[str, str]:
        """Event type → the version that `lifecycle.json` names as its default."""
        entries = {event_type: self.lifecycle.get(event_type, {}) for event_type in self.events}
        return {event_type: entry["default"] for event_type, entry in entries.items() if "default" in entry}

    def with_lifecycle(self, entries: dict[str, dict[str, str]]) -> "SchemaRepository":
        """The same schemas as they are with another `lifecycle.json`."""
        other = SchemaRepository(self.folder)
        other.lifecycle = entries
        return other

    def superseded_by(self, file: SchemaFile) -> SchemaFile | None:
        """The newest version that says it `$supersedes` this one."""
        for candidate in reversed(self.events.get(file.name, ())):
            if str(file.version) in candidate.document.get("$supersedes", ()):
                return candidate
        return None
