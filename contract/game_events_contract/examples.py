"""The documents in `schemas/examples`: those of one version, and the few of each that are shown to people."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from game_events_contract.repository import Document, SchemaFile, SchemaRepository

MOST_VALID = 5
"""Of a version; and of invalid ones one for each rule: enough to start from."""


def valid_examples(schemas: SchemaRepository, file: SchemaFile) -> Iterator[tuple[Path, Document]]:
    """The valid examples that were written for one version."""
    for path in sorted((schemas.folder / "examples" / file.name / "valid").glob("*.json")):
        event = json.loads(path.read_text(encoding="utf-8"))
        if event.get("schema_version") == str(file.version):
            yield path, event


def shown_examples(schemas: SchemaRepository) -> dict[str, list[Document]]:
    """Event type → examples with `name`, `schema_version` and `event`; of an invalid one `rule` and `pointer` too.

    Those with the plainest names, which are short, are preferred. What a superseded version refuses, its successor may
    take, which judges.
    """
    return {event_type: [*_shown(schemas, event_type)] for event_type in schemas.events}


def _shown(schemas: SchemaRepository, event_type: str) -> Iterator[Document]:
    for file in schemas.events[event_type]:
        valid = [(path.stem, event) for path, event in valid_examples(schemas, file)]
        for name, event in sorted(valid, key=_plainest)[:MOST_VALID]:
            yield {"name": name, "schema_version": str(file.version), "event": event}
    chosen: dict[tuple[str, str], Document] = {}
    folder = schemas.folder / "examples" / event_type / "invalid"
    invalid = [(path.stem, json.loads(path.read_text(encoding="utf-8"))) for path in folder.glob("*.json")]
    published = [str(file.version) for file in schemas.events[event_type]]
    judging = {str(file.version) for file in schemas.events[event_type] if schemas.superseded_by(file) is None}
    for name, one in sorted(invalid, key=_plainest):
        named = one["event"].get("schema_version")
        version = named if named in published else published[-1]
        if version in judging:
            chosen.setdefault((version, one["rule"]), {"name": name, **one, "schema_version": version})
    yield from chosen.values()


def _plainest(example: tuple[str, Any]) -> tuple[int, str]:
    return len(example[0]), example[0]
