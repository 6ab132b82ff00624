"""Small schemas of events, as they are after bundling, and the versions of one event as files."""

import json
from pathlib import Path
from typing import Any

from game_events_contract.repository import SchemaFile, SchemaRepository


def an_object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def versions(folder: Path, **documents: dict[str, Any]) -> tuple[SchemaFile, ...]:
    """The event `level` by versions such as `v1_0_0`."""
    (folder / "level").mkdir(parents=True)
    for version, document in documents.items():
        (folder / "level" / f"{version[1:].replace('_', '-')}.json").write_text(json.dumps(document))
    return SchemaRepository(folder).events["level"]
