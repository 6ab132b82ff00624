"""The staged columns of every event, derived from the published schemas.

A new optional field in a schema becomes a column here, in staging and in its fact table, without a
hand-written line. Nested objects with declared properties become columns with a prefix
(`device.os` → `device_os`), free objects and arrays stay JSON, and money, which the schemas write as a
decimal string, becomes DECIMAL(18,4).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from game_events_warehouse.errors import WarehouseError

Schema = Mapping[str, Any]
Catalog = Mapping[str, Mapping[str, Schema]]
"""Event type → version → its self-contained JSON Schema."""

ColumnType = Literal["varchar", "timestamp", "bigint", "double", "boolean", "decimal", "json"]

IDENTITY = frozenset({"event_id", "event_type", "schema_version", "event_time"})
"""Staged by the envelope's own columns, which every event has."""

NO_AMOUNTS = ("", "a", "A", "_", "-", " ", "4a", "a4", "4.99a", "4,99", "1.2.3")


@dataclass(frozen=True)
class Column:
    name: str
    path: tuple[str, ...]  # inside the event
    type: ColumnType
    events: tuple[str, ...]  # the event types that have it


def published() -> Catalog:
    """Every published version's schema, as the contract package ships them."""
    from game_events_models import contract

    return {
        event: {version: contract.schema(event, version) for version in versions}
        for event, versions in contract.versions().items()
    }


def columns(catalog: Catalog) -> tuple[Column, ...]:
    """All columns in a stable order: as the schemas write them, the first event's first."""
    types: dict[tuple[str, ...], ColumnType] = {}
    events: dict[tuple[str, ...], list[str]] = {}
    for event in sorted(catalog):
        for version in sorted(catalog[event], key=_version_order):
            schema = catalog[event][version]
            for path, type_ in _leaves(schema, schema, ()):
                if path[0] in IDENTITY:
                    continue
                # Versions or events that disagree on a field's type meet in text, which holds both.
                types[path] = type_ if types.get(path, type_) == type_ else "varchar"
                holders = events.setdefault(path, [])
                if event not in holders:
                    holders.append(event)
    for path in [path for path in types if any(path[:length] in types for length in range(1, len(path)))]:
        # One version declares the object's fields, another leaves it free: JSON holds both.
        whole = next(path[:length] for length in range(1, len(path)) if path[:length] in types)
        types[whole] = "json"
        events[whole] = list(dict.fromkeys(events[whole] + events.pop(path)))
        del types[path]
    found = tuple(Column("_".join(path), path, type_, tuple(events[path])) for path, type_ in types.items())
    names = [column.name for column in found]
    if clashes := {name for name in names if names.count(name) > 1}:
        raise WarehouseError(f"two fields of the schemas become one column: {', '.join(sorted(clashes))}")
    return found


def models(catalog: Catalog) -> dict[str, list[int]]:
    """The MODEL numbers (SchemaVer's first) of each event that this warehouse understands."""
    return {event: sorted({_version_order(version)[0] for version in catalog[event]}) for event in sorted(catalog)}


def dbt_variables(catalog: Catalog) -> dict[str, Any]:
    """What the dbt project needs to know of the schemas, as plain JSON values."""
    return {
        "event_columns": [
            asdict(column) | {"path": list(column.path), "events": list(column.events)} for column in columns(catalog)
        ],
        "event_models": models(catalog),
    }


def _version_order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("-"))


def _leaves(root: Schema, schema: Schema, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], ColumnType]]:
    for name, definition in schema.get("properties", {}).items():
        resolved = _resolved(root, definition)
        here = (*path, name)
        if resolved.get("type") == "object" and resolved.get("additionalProperties") is False:
            yield from _leaves(root, resolved, here)
        else:
            yield here, _column_type(resolved)


def _resolved(root: Schema, definition: Schema) -> Schema:
    """The definition with the $refs inside its document followed; the referring side's keywords win."""
    while "$ref" in definition:
        target: Any = root
        reference = str(definition["$ref"])
        if not reference.startswith("#/"):
            raise WarehouseError(f"schema reference {reference!r} leaves its document")
        for part in reference[2:].split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        definition = {**target, **{key: value for key, value in definition.items() if key != "$ref"}}
    return definition


def _column_type(schema: Schema) -> ColumnType:
    match schema.get("type"):
        case "string" if schema.get("format") == "date-time":
            return "timestamp"
        case "string" if _is_money(schema):
            return "decimal"
        case "string":
            return "varchar"
        case "integer":
            return "bigint"
        case "number":
            return "double"
        case "boolean":
            return "boolean"
        case "object" | "array":
            return "json"
    if "const" in schema or "enum" in schema:
        return "varchar"
    return "json"


def _is_money(schema: Schema) -> bool:
    """Whether the pattern admits a decimal number and nothing that is none."""
    pattern = schema.get("pattern")
    if pattern is None:
        return False
    return bool(re.search(pattern, "4.99")) and not any(re.search(pattern, text) for text in NO_AMOUNTS)
