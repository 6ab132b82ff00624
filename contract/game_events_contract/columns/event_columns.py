"""The columns of one event type: every field of every version, each with a name and a type that never change.

A column is named after its field. A field of a declared object has the object's name before its own: `device.os` is
`device_os`. What is no declared object is one column: scalars by their type, the rest as JSON.

A column keeps the name and the type it was first published with. Where a name is taken, a field of an object has two
underscores in it (`device__os`), and any other field the version that brought it behind two underscores; so has a field
to which a later version gives another type: `quantity__2_0_0`. No field is named with two underscores, so that nothing
that is published later can meet such a column.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from game_events_contract.annotations import Words, about, event_annotations
from game_events_contract.bundle import bundle
from game_events_contract.columns.column_types import admits, column_type
from game_events_contract.columns.reserved import RESERVED_COLUMNS
from game_events_contract.compatibility.references import resolve
from game_events_contract.pointers import to_pointer
from game_events_contract.repository import Document, SchemaFile, SchemaVersion

Path = tuple[str, ...]

IDENTITY = ("event_id", "event_type", "schema_version", "event_time", "user_id", "game_id", "environment")
"""What the pipeline itself reads of every event; these columns stand in every table, and come first."""


@dataclass(frozen=True)
class FieldColumn:
    """What one version says of one field that is a column."""

    path: Path
    type: str
    required: bool
    """Whether every event of the version has a value there."""
    scalar: bool
    """Whether a column of JSON may hold text, a number or a flag by itself."""
    description: str


@dataclass(frozen=True)
class Column:
    """One column of an event's tables; `since` is the version that brought it, `models` are those that fill it."""

    name: str
    path: Path
    type: str
    since: SchemaVersion
    models: frozenset[int]
    scalar: bool
    description: str
    words: Words
    """What the newest version that has the field says of it besides."""


def field_columns(document: Document) -> list[FieldColumn]:
    """The columns of one version, from its self-contained schema, in the order in which it writes the fields."""
    return list(_below(document, document, (), required=True, within=frozenset()))


def event_columns(versions: Iterable[SchemaFile]) -> list[Column]:
    """The columns of an event type, from all its versions, the oldest first."""
    found: dict[tuple[Path, str], Column] = {}
    for file, said in event_annotations(versions):
        fields = {(field.path, field.type): field for field in field_columns(bundle(file))}
        names = _names([field for key, field in fields.items() if key not in found], found.values(), file.version)
        for key, field in fields.items():
            known = found.get(key)
            found[key] = Column(
                names[key] if known is None else known.name,
                field.path,
                field.type,
                file.version if known is None else known.since,
                (known.models if known else frozenset()) | {file.version.model},
                field.scalar or (known is not None and known.scalar),
                field.description,  # the newest words are the best
                about(field.path, said),
            )
    return list(found.values())


def pointer_to_field(path: Path) -> str:
    """Where a schema defines a field, as a JSON Pointer."""
    return to_pointer(tuple(token for name in path for token in ("properties", name)))


def _names(new: list[FieldColumn], known: Iterable[Column], version: SchemaVersion) -> dict[tuple[Path, str], str]:
    """A free name for each new column; the fields of the event itself choose before those of its objects."""
    taken = {column.name.casefold() for column in known}
    names = {}
    for field in sorted(new, key=lambda field: len(field.path)):
        plain, apart = "_".join(field.path), "__".join(field.path)
        may_be_plain = len(field.path) == 1 or plain not in RESERVED_COLUMNS
        choices = [*([plain] if may_be_plain else []), apart, f"{apart}__{str(version).replace('-', '_')}"]
        name = next(choice for choice in choices if choice.casefold() not in taken)
        taken.add(name.casefold())
        names[field.path, field.type] = name
    return names


def _below(
    schema: Document, root: Document, path: Path, *, required: bool, within: frozenset[int]
) -> Iterator[FieldColumn]:
    wanted = schema.get("required", ())
    for name, definition in schema.get("properties", {}).items():
        if definition is False:
            continue  # a field that no event has
        field, here = resolve(definition, root), (*path, name)
        always = required and name in wanted
        declared = _declared_object(definition, root)
        if declared is not None and id(declared.get("properties")) not in within:
            inside = within | {id(declared.get("properties"))}
            yield from _below(
                declared, root, here, required=always and admits(field, root) == {"object"}, within=inside
            )
        else:
            yield _column(here, definition, root, required=always)


def _column(path: Path, definition: Any, root: Document, *, required: bool) -> FieldColumn:
    kinds, type_ = admits(definition, root), column_type(definition, root)
    return FieldColumn(
        path,
        type_,
        required and "null" not in kinds,
        scalar=type_ == "json" and not kinds <= {"array", "object", "null"},
        description=str(resolve(definition, root).get("description", "")),
    )


def _declared_object(definition: Any, root: Document, depth: int = 8) -> Document | None:
    """The closed object, every field of which is known, that a schema admits beside null; None for anything else."""
    schema = resolve(definition, root)
    if depth == 0 or not admits(schema, root) <= {"object", "null"}:
        return None
    if _is_declared(schema):
        return schema
    for keyword in ("allOf", "anyOf", "oneOf"):
        branches = [branch for branch in schema.get(keyword, ()) if admits(branch, root) != {"null"}]
        if len(branches) == 1 or keyword == "allOf":
            for branch in branches:
                if (declared := _declared_object(branch, root, depth - 1)) is not None:
                    return declared
    return None


def _is_declared(schema: Document) -> bool:
    return (
        schema.get("additionalProperties") is False
        and bool(schema.get("properties"))
        and not schema.get("patternProperties")
    )
