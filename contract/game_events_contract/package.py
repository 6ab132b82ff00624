"""The generated package around the models: its front door, and the contract as data."""

import ast
import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from game_events_contract.annotations import event_annotations
from game_events_contract.bundle import bundle
from game_events_contract.examples import shown_examples
from game_events_contract.inlined import inlined
from game_events_contract.models import HEADER, CodegenError
from game_events_contract.project import PRODUCT
from game_events_contract.published_reports import published_reports
from game_events_contract.repository import Document, SchemaFile, SchemaRepository
from game_events_contract.walk import with_references

TEMPLATES = Path(__file__).parent / "templates"


def dump_json(document: Any) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def front_door(schemas: SchemaRepository, models: dict[str, str], package: str = PRODUCT) -> str:
    """`__init__.py` of the package: each event's default version, and every event version by name."""
    exports: dict[str, str] = {}
    for file in exported(schemas):
        # What an event defines for itself stays in its module: another event may use the same name.
        names = [file.document["title"]] if file.is_event else defined_names(ast.parse(models[file.module_path]))
        for name in names:
            module = f"{file.package}.{file.version.module}"
            if exports.setdefault(name, module) != module:
                raise CodegenError(f"{exports[name]} and {module} both define {name}; rename the shared definition")
    lines = [HEADER, '"""The default version of every event; others are modules such as `install.v1_0_0`.', ""]
    lines += ["A name's module is imported when the name is first used.", '"""', ""]
    lines += ["from __future__ import annotations", "", "from collections.abc import Mapping"]
    lines += ["from importlib import import_module", "from types import MappingProxyType"]
    lines += ["from typing import TYPE_CHECKING", "", "if TYPE_CHECKING:", "    from pydantic import BaseModel", ""]
    for module in sorted(set(exports.values())):
        names = sorted(name for name, where in exports.items() if where == module)
        lines += [f"    from {package}.{module} import (", *(f"        {name}," for name in names), "    )"]
    lines += ["", "    EVENTS: Mapping[str, Mapping[str, type[BaseModel]]]"]
    lines += [
        '    """Event type → schema version, oldest first → its model, imported when it is asked for."""',
        "else:",
        "    _HOMES = {",
    ]
    lines += [f'        "{name}": "{module}",' for name, module in sorted(exports.items())] + [
        "    }",
        "    _EVENTS = {",
    ]
    for event_type, versions in schemas.events.items():
        lines.append(f'        "{event_type}": {{')
        for file in versions:
            home = f'("{file.package}.{file.version.module}", "{file.document["title"]}")'
            lines.append(f'            "{file.version}": {home},')
        lines.append("        },")
    return "\n".join([*lines, "    }", _LOADING, *(f'    "{name}",' for name in sorted(["EVENTS", *exports])), "]", ""])


_LOADING = """
    def _load(home, name):
        return getattr(import_module(f"{__name__}.{home}"), name)

    class _Models(Mapping):
        def __init__(self, places):
            self._places = places

        def __getitem__(self, version):
            return _load(*self._places[version])

        def __iter__(self):
            return iter(self._places)

        def __len__(self):
            return len(self._places)

    EVENTS = MappingProxyType({event_type: _Models(places) for event_type, places in _EVENTS.items()})

    def __getattr__(name):
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = _load(_HOMES[name], name)
        return value

    def __dir__():
        return sorted({*globals(), *__all__})


__all__ = ["""


def exported(schemas: SchemaRepository) -> list[SchemaFile]:
    """The files whose names the package exports, one of each folder: an event's default, and the shared definitions
    that those defaults refer to, so that they fit together. What no default refers to is exported as it is newest.
    """
    chosen = {event_type: schemas.default(event_type) for event_type in schemas.events}
    used = {path for file in chosen.values() for path in _referenced(file)}
    shared = sorted(schemas.definitions, key=lambda file: (file.path.resolve() in used, file.version))
    chosen |= {file.name: file for file in shared}
    return [chosen[name] for name in sorted(chosen)]


def _referenced(file: SchemaFile) -> set[Path]:
    """The other files that a schema refers to."""
    found = set()

    def note(reference: str) -> str:
        found.add((file.path.parent / unquote(reference.partition("#")[0])).resolve())
        return reference

    with_references(file.document, note)
    return found


def defined_names(module: ast.Module) -> list[str]:
    """The classes and type aliases a generated module defines."""
    names = []
    for node in module.body:
        if isinstance(node, ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            names.append(node.targets[0].id)
    return names


def documents(schemas: SchemaRepository, event_parts: Document) -> dict[str, str]:
    """The package's data files: every event schema bundled, the list of them, and their parts of the HTTP contract."""
    published = [file for versions in schemas.events.values() for file in versions]
    listed = {event_type: [str(file.version) for file in known] for event_type, known in schemas.events.items()}
    data: dict[str, Any] = {f"{file.label}.json": bundle(file) for file in published}
    data |= {f"{file.label}.inlined.json": inlined(bundle(file)) for file in published}
    said = {file.label: words for known in schemas.events.values() for file, words in event_annotations(known)}
    data |= {"annotations.json": {label: words for label, words in said.items() if words}}
    data["examples.json"] = shown_examples(schemas)
    data["compatibility.json"] = published_reports(schemas)
    data |= {"versions.json": listed, "lifecycle.json": _lifecycle(schemas), "event_parts.json": event_parts}
    return {f"documents/{path}": dump_json(document) for path, document in data.items()}


def _lifecycle(schemas: SchemaRepository) -> Document:
    entries: Document = {}
    for versions in schemas.events.values():
        for file in versions:
            successor = schemas.superseded_by(file)
            supersession = {} if successor is None else {"superseded_by": str(successor.version)}
            default = {"default": True} if file is schemas.default(file.name) else {}
            entries[file.label] = {**schemas.lifecycle.get(file.label, {}), **supersession, **default}
    return entries


def templates() -> dict[str, str]:
    """The modules of the package that are the same whatever the schemas say."""
    return {path.name: f"{HEADER}\n{path.read_text(encoding='utf-8')}" for path in sorted(TEMPLATES.glob("*.py"))}
