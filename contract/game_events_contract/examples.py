"""The documents in `schemas/examples`."""

import json
from collections.abc import Iterator
from pathlib import Path

from game_events_contract.repository import Document, SchemaFile, SchemaRepository


def valid_examples(schemas: SchemaRepository, file: SchemaFile) -> Iterator[tuple[Path, Document]]:
    """The valid examples that were written for one version."""
    for path in sorted((schemas.folder / "examples" / file.name / "valid").glob("*.json")):
        event = json.loads(path.read_text(encoding="utf-8"))
        if event.get("schema_version") == str(file.version):
            yield path, event
