"""The generated package around the models: its front door, and the contract as data."""

import ast
import json
from pathlib import Path
from typing import Any

from game_events_contract.bundle import bundle
from game_events_contract.models import HEADER, CodegenError
from game_events_contract.repository import Document, SchemaRepository

TEMPLATES = Path(__file__).parent / "templates"


def dump_json(document: Any) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def front_door(schemas: SchemaRepository, models: dict[str, str]) -> str:
    """`game_events_models/__init__.py`: the newest version of every name, and every event version by name."""
    newest = {file.name: file for file in schemas.files}
    exports: dict[str, str] = {}
    for file in newest.values():
        module = f"{file.name}.{file.version.module}"
        for name in defined_names(models[f"{file.name}/{file.version.module}.py"]):
            if exports.setdefault(name, module) != module:
                raise CodegenError(f"{exports[name]} and {module} both define {name}; move it to a shared document")
    lines = [HEADER, '"""The newest version of every event; older ones are modules such as `install.v1_0_0`."""', ""]
    lines += ["from collections.abc import Mapping", "from types import MappingProxyType", ""]
    lines += ["from pydantic import BaseModel", ""]
    for event_type, versions in schemas.events.items():
        for file in versions:
            lines.append(f"from game_events_models.{event_type} import {file.version.module} as {module_alias(file)}")
    for module in sorted(set(exports.values())):
        names = sorted(name for name, where in exports.items() if where == module)
        lines += [f"from game_events_models.{module} import (", *(f"    {name}," for name in names), ")"]
    lines += ["", "EVENTS: Mapping[str, Mapping[str, type[BaseModel]]] = MappingProxyType(", "    {"]
    for event_type, versions in schemas.events.items():
        lines.append(f'        "{event_type}": MappingProxyType(')
        lines.append("            {")
        lines += [f'                "{f.version}": {module_alias(f)}.{f.document["title"]},' for f in versions]
        lines += ["            }", "        ),"]
    lines += ["    }", ")", '"""Event type → schema version, oldest first → its model."""', "", "__all__ = ["]
    lines += [f'    "{name}",' for name in sorted(["EVENTS", *exports])] + ["]"]
    return "\n".join(lines) + "\n"


def module_alias(file: Any) -> str:
    """How generated code names a version's module: `install_v1_0_0`."""
    return f"{file.name}_{file.version.module}"


def defined_names(source: str) -> list[str]:
    """The classes and type aliases a generated module defines."""
    names = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            names.append(node.targets[0].id)
    return names


def documents(schemas: SchemaRepository, openapi: Document) -> dict[str, str]:
    """The package's data files: every event schema bundled, the list of them, and the bundled OpenAPI document."""
    published = [file for versions in schemas.events.values() for file in versions]
    listed = {event_type: [str(file.version) for file in known] for event_type, known in schemas.events.items()}
    data: dict[str, Any] = {f"{file.label}.json": bundle(file) for file in published}
    data |= {"versions.json": listed, "lifecycle.json": _lifecycle(schemas), "openapi.json": openapi}
    return {f"documents/{path}": dump_json(document) for path, document in data.items()}


def _lifecycle(schemas: SchemaRepository) -> Document:
    entries = {}
    for versions in schemas.events.values():
        for file in versions:
            successor = schemas.superseded_by(file)
            supersession = {} if successor is None else {"superseded_by": str(successor.version)}
            entries[file.label] = {**schemas.lifecycle.get(file.label, {}), **supersession}
    return entries


def templates() -> dict[str, str]:
    """The modules of the package that are the same whatever the schemas say."""
    return {path.name: f"{HEADER}\n{path.read_text(encoding='utf-8')}" for path in sorted(TEMPLATES.glob("*.py"))}
