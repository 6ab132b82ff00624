"""A small checkout of schemas in a temporary folder, to break on purpose."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from game_events_contract.repository import ROOT, SchemaRepository, SchemaVersion

FIRST_RELEASE = {"common": "1-0-0", "install": "2-0-0", "purchase": "1-1-0", "refund": "1-0-0"}
"""The newest version of each that 0.1.0 had."""

Edit = Callable[[dict[str, Any]], None]


def copy_checkout(target: Path) -> Path:
    """What codegen and the gate read and write, copied from this checkout."""
    shutil.copytree(ROOT / "schemas", target / "schemas")
    for path in (
        "generated/game_events_models",
        "sdk/game_events",
        "docs/catalog",
        "warehouse/game_events_warehouse/dbt_project",
    ):
        if (ROOT / path).exists():
            shutil.copytree(ROOT / path, target / path, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "openapi.yaml", target)
    (ROOT / ".mypy_cache").mkdir(exist_ok=True)
    (target / ".mypy_cache").symlink_to(ROOT / ".mypy_cache")  # what mypy knows of the libraries
    return target


def copy_event(target: Path, event_type: str = "install", version: str = "*") -> Path:
    """One version of one event or all, and what it shares with others: enough for lint and gate, quickly copied.

    All are those of the first release: what has been published since changes no test.
    """
    copied = []
    for name, pattern in (("common", "*"), (event_type, version)):
        (target / "schemas" / name).mkdir(parents=True)
        for path in (ROOT / "schemas" / name).glob(f"{pattern}.json"):
            if SchemaVersion.parse(path.stem) <= SchemaVersion.parse(FIRST_RELEASE.get(name, path.stem)):
                shutil.copy(path, target / "schemas" / name)
                copied.append(f"{name}/{path.stem}")
    (target / "schemas" / "examples").symlink_to(ROOT / "schemas" / "examples")
    for register in ("lock.json", "lifecycle.json"):
        entries = json.loads((ROOT / "schemas" / register).read_text())
        kept = {label: entry for label, entry in entries.items() if label in copied}
        if register == "lifecycle.json":
            newest = max(
                (label.partition("/")[2] for label in copied if label.startswith(f"{event_type}/")),
                key=SchemaVersion.parse,
            )
            kept[event_type] = {"default": newest}
        (target / "schemas" / register).write_text(json.dumps(kept))
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
