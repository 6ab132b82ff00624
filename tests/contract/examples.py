"""The documents under schemas/examples, as the tests read them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from game_events_models import contract

FOLDER = Path(__file__).resolve().parents[2] / "schemas" / "examples"


@dataclass(frozen=True)
class Example:
    """One document; `rule` and `pointer` name the one thing that is wrong with it, None when nothing is."""

    event_type: str
    name: str
    event: dict[str, Any]
    rule: str | None = None
    pointer: str | None = None

    @property
    def version(self) -> str:
        """The schema version to judge it by: the one it names, or the newest where that is what is wrong."""
        known = contract.versions()[self.event_type]
        named = self.event.get("schema_version")
        return named if named in known else known[-1]

    def __str__(self) -> str:
        return f"{self.event_type}/{self.name}"


def valid_examples() -> Iterator[Example]:
    for path in sorted(FOLDER.glob("*/valid/*.json")):
        yield Example(path.parts[-3], path.stem, json.loads(path.read_text(encoding="utf-8")))


def invalid_examples() -> Iterator[Example]:
    for path in sorted(FOLDER.glob("*/invalid/*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        yield Example(path.parts[-3], path.stem, document["event"], document["rule"], document["pointer"])
