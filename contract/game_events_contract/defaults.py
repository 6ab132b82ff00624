"""Which version code means by an event's name alone, and when that moves.

The SDK's names, its `send_…` methods and what the models export follow `default` in `lifecycle.json`. Publishing moves
it by itself only where no code can break: for a new event, and along the ADDITIONs of the default's own REVISION.
"""

import json
from collections.abc import Collection, Iterator, Sequence

from game_events_contract.findings import GateRule
from game_events_contract.gate import locked_labels
from game_events_contract.lifecycle import FILE, lifecycle
from game_events_contract.modes import read_register
from game_events_contract.repository import Document, SchemaFile, SchemaRepository


def with_defaults(schemas: SchemaRepository, chosen: Sequence[str] | None = None) -> SchemaRepository:
    """The schemas with the defaults that they have once every version is published.

    `chosen` are labels of versions that become defaults; an empty list names the newest of what is not published yet,
    and where all is, of every event. ValueError for a label that is none. Where a register cannot be read, which the
    gate says, nothing moves.
    """
    try:
        published = locked_labels(schemas)
        if any(finding.rule is GateRule.LIFECYCLE_INVALID for finding in lifecycle(schemas)):
            return schemas
    except ValueError:
        return schemas
    wanted = {} if chosen is None else _chosen(schemas, published, chosen)
    return _named(schemas, {**schemas.named_defaults, **dict(_followed(schemas, published)), **wanted})


def without_default(schemas: SchemaRepository, label: str) -> SchemaRepository:
    """The schemas once a version is taken back: where it was the default, the newest published one before it is."""
    event_type, _, version = label.partition("/")
    if schemas.named_defaults.get(event_type) != version:
        return schemas
    published = locked_labels(schemas)
    (gone,) = [file.version for file in schemas.events[event_type] if file.label == label]
    before = [file for file in schemas.events[event_type] if file.version < gone and file.label in published]
    named = {name: default for name, default in schemas.named_defaults.items() if name != event_type}
    return _named(schemas, named | ({event_type: str(before[-1].version)} if before else {}))


def write_lifecycle(schemas: SchemaRepository) -> None:
    """Bring `lifecycle.json` to what the schemas have."""
    path = schemas.folder / FILE
    entries: Document = dict(schemas.lifecycle)
    if entries != SchemaRepository(schemas.folder).lifecycle:
        path.write_text(json.dumps(entries, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def told_defaults(before: SchemaRepository, after: SchemaRepository, labels: Collection[str]) -> Iterator[str]:
    """Of every event that the published labels or a new default change: what its name alone means, and could mean."""
    for event_type, versions in after.events.items():
        was, now = before.named_defaults.get(event_type), after.named_defaults.get(event_type)
        new = [file.label for file in versions if file.label in labels]
        if now != was:
            yield f"the default of {event_type} is {now or 'none'}" + (f"; it was {was}" if was else "")
        elif new:
            yield (
                f"the default of {event_type} stays {now}: code that names no version goes on as before; the new one "
                f"becomes it with: game-events schemas publish --make-default {new[-1]}"
            )


def _named(schemas: SchemaRepository, defaults: dict[str, str]) -> SchemaRepository:
    if defaults == schemas.named_defaults:
        return schemas
    others = {name: entry for name, entry in schemas.lifecycle.items() if name not in schemas.events}
    return schemas.with_lifecycle({name: {"default": defaults[name]} for name in sorted(defaults)} | others)


def _chosen(schemas: SchemaRepository, published: Collection[str], labels: Sequence[str]) -> dict[str, str]:
    files = {file.label: file for versions in schemas.events.values() for file in versions}
    for label in labels:
        if label not in files:
            raise ValueError(f"there is no version {label}; `game-events schemas list` shows all, as purchase/1-0-0")
    drafts = [label for label in files if label not in published]
    wanted = [files[label] for label in labels or drafts or files]
    return {file.name: str(file.version) for file in sorted(wanted, key=lambda file: file.version)}


def _followed(schemas: SchemaRepository, published: Collection[str]) -> Iterator[tuple[str, str]]:
    register = read_register(schemas)
    for event_type, versions in schemas.events.items():
        old = [file for file in versions if file.label in published]
        default = schemas.named_defaults.get(event_type)
        if default is None and not old:
            yield event_type, str(versions[-1].version)
        line = [file for file in versions if default is not None and _revision(file) == default.rpartition("-")[0]]
        known = [str(file.version) for file in line if file in old]
        follows = register.mode(event_type).backward  # else what the default takes may be refused
        if follows and known and known[-1] == default:  # one that was left behind stays there
            yield event_type, str(line[-1].version)


def _revision(file: SchemaFile) -> str:
    return str(file.version).rpartition("-")[0]
