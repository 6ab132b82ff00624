"""A small checkout of schemas in a temporary folder, to break on purpose."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from game_events_contract.repository import ROOT, SchemaRepository

Edit = Callable[[dict[str, Any]], None]


def copy_checkout(target: Path) -> Path:
    """What codegen and the gate read and write, copied from this checkout."""
    shutil.copytree(ROOT / "schemas", target / "schemas")
    for path in ("generated/game_events_models", "sdk/game_events", "docs/catalog"):
        if (ROOT / path).exists():
            shutil.copytree(ROOT / path, target / path, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "openapi.yaml", target)
    return target


def edit(checkout: Path, label: str, change: Edit, *, to: str | None = None) -> SchemaRepository:
    """Change one schema, or write the changed copy as the version `to`; the repository as it then is."""
    path = checkout / "schemas" / f"{label}.json"
    document = json.loads(path.read_text())
    if to is not None:
        path = path.with_name(f"{to}.json")
        document["properties"]["schema_version"]["const"] = to
        for example in document["examples"]:
            example["schema_version"] = to
    change(document)
    path.write_text(json.dumps(document, indent=2))
    return SchemaRepository(checkout / "schemas")
