"""Who depends on which version and field: `schemas/consumers.json`, so that a change that breaks them names them."""

import json
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

from game_events_contract.bundle import bundle
from game_events_contract.columns import ColumnRule, compare_events
from game_events_contract.compatibility import Change, ChangeRule, CompatibilityRule
from game_events_contract.findings import Finding, GateRule
from game_events_contract.keywords import Keyword
from game_events_contract.lifecycle import FILE as LIFECYCLE
from game_events_contract.pointers import escape, tokens_of
from game_events_contract.repository import Document, SchemaFile, SchemaRepository

FILE = "consumers.json"
FORM = 'an object {"name": …, "owner": …, "uses": {"purchase/1-0-0": ["price", "device.os"]}}, or "*" for every field'
BREAKS_READERS: frozenset[ChangeRule] = frozenset(
    {
        CompatibilityRule.FIELD_REMOVED,
        CompatibilityRule.FIELD_REMOVED_FROM_OPEN_OBJECT,
        CompatibilityRule.FIELD_CONSTRAINT_REMOVED,
        CompatibilityRule.FIELD_MADE_OPTIONAL,
        CompatibilityRule.FIELD_MADE_REQUIRED,
        CompatibilityRule.TYPE_CHANGED,
        CompatibilityRule.TYPE_NARROWED,
        CompatibilityRule.TYPE_WIDENED,
        CompatibilityRule.CONST_CHANGED,
        CompatibilityRule.ENUM_REPLACED,
        CompatibilityRule.VALUES_FORBIDDEN,
        ColumnRule.COLUMN_TYPE_CHANGED,
        ColumnRule.COLUMN_SPLIT,
        ColumnRule.COLUMNS_MERGED,
    }
)
"""The field went away (or has another name), is of another type, or need not, or must, be there now."""


class Consumer(NamedTuple):
    """A build or a job that was written for one version; `fields` are those it writes or reads, None for all."""

    name: str
    owner: str
    event_type: str
    version: str
    fields: frozenset[str] | None

    @property
    def label(self) -> str:
        return f"{self.event_type}/{self.version}"

    def uses(self, change: Change) -> bool:
        """Whether the change is about a field that it uses, what that stands in, or the event as a whole."""
        path = tuple(_field(change.pointer))
        used = [tuple(field.split(".")) for field in self.fields or ()]
        return self.fields is None or not path or any(one[: len(path)] == path[: len(one)] for one in used)


def registered(folder: Path) -> list[Consumer]:
    """Every consumer in a schema folder's register, one entry for each version it depends on; none without a register.

    ValueError for a register that cannot be read.
    """
    path = folder / FILE
    entries: Any = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    if not isinstance(entries, list):
        raise ValueError(f"write a list; each entry is {FORM}")
    return [consumer for entry in entries for consumer in _entry(entry)]


def broken_consumers(schemas: SchemaRepository) -> list[Finding]:
    """Consumers that a later version of the MODEL they were written for breaks, or that a sunset leaves behind.

    A version beside theirs breaks nobody by being there; it does once its events are what they meet. So a change that
    breaks them waits until their owner says, by the version in the register, that they are ready for it.
    """
    try:
        consumers = registered(schemas.folder)
    except ValueError as error:
        return [Finding(FILE, GateRule.CONSUMERS_INVALID, "", str(error))]
    files = {file.label: file for versions in schemas.events.values() for file in versions}
    compared: dict[tuple[str, str], tuple[Change, ...]] = {}
    found: list[Finding] = []
    for consumer in consumers:
        pin = files.get(consumer.label)
        if pin is None:
            found.append(_unknown(consumer, f"there is no version {consumer.label}"))
            continue
        found += _unknown_fields(consumer, pin)
        found += _retired(consumer, schemas)
        told: set[tuple[str, str]] = set()
        for new in _later(pin, schemas):
            key = (pin.label, new.label)
            if key not in compared:
                compared[key] = compare_events(bundle(pin), bundle(new)).changes
            for change in compared[key]:
                if (
                    change.rule in BREAKS_READERS
                    and consumer.uses(change)
                    and (change.rule.id, change.pointer) not in told
                ):
                    told.add((change.rule.id, change.pointer))
                    message = (
                        f"breaks {_named(consumer)}, written for {consumer.label}: {change.rule.id} {change.detail}"
                    )
                    way_out = f"agree with its owner and move its version in {FILE}, or publish a MODEL"
                    found.append(
                        Finding(new.label, GateRule.CONSUMER_BROKEN, change.pointer, f"{message.strip()}; {way_out}")
                    )
    return found


def broken_by(change: Change, old: Document, consumers: list[Consumer]) -> list[Consumer]:
    """The consumers of `old`'s event and MODEL that use the field the change is about."""
    properties = old.get("properties", {})
    event_type = properties.get("event_type", {}).get("const")
    model = str(properties.get("schema_version", {}).get("const", "")).partition("-")[0]
    return [
        consumer
        for consumer in consumers
        if consumer.event_type == event_type and consumer.version.partition("-")[0] == model and consumer.uses(change)
    ]


def _entry(entry: Any) -> Iterator[Consumer]:
    uses = entry.get("uses") if isinstance(entry, dict) else None
    texts = [entry.get(member) for member in ("name", "owner")] if isinstance(entry, dict) else []
    if (
        not isinstance(uses, dict)
        or entry.keys() != {"name", "owner", "uses"}
        or not all(_is_text(text) for text in texts)
    ):
        raise ValueError(f"{json.dumps(entry)[:80]}: write {FORM}")
    for label, fields in uses.items():
        if fields != "*" and not (isinstance(fields, list) and all(_is_text(field) for field in fields)):
            raise ValueError(f'{entry["name"]}, {label}: write a list of fields, or "*"')
        event_type, _, version = label.partition("/")
        yield Consumer(entry["name"], entry["owner"], event_type, version, None if fields == "*" else frozenset(fields))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _named(consumer: Consumer) -> str:
    return f"{consumer.name} (owner: {consumer.owner})"


def _unknown(consumer: Consumer, message: str) -> Finding:
    return Finding(FILE, GateRule.CONSUMERS_INVALID, "", f"{_named(consumer)}: {message}")


def _unknown_fields(consumer: Consumer, pin: SchemaFile) -> Iterator[Finding]:
    properties = pin.document.get("properties", {})
    for field in sorted(consumer.fields or ()):
        if field.partition(".")[0] not in properties:
            yield _unknown(consumer, f"{pin.label} has no field {field}")


def _retired(consumer: Consumer, schemas: SchemaRepository) -> Iterator[Finding]:
    sunset = schemas.lifecycle.get(consumer.label, {}).get("sunset")
    if sunset is not None:
        way_out = f"take it out of {FILE} when it is gone"
        message = f"breaks {_named(consumer)}, which uses {consumer.label}, from {sunset} on; {way_out}"
        yield Finding(LIFECYCLE, GateRule.CONSUMER_BROKEN, f"/{escape(consumer.label)}/sunset", message)


def _later(pin: SchemaFile, schemas: SchemaRepository) -> list[SchemaFile]:
    newer = [file for file in schemas.events[pin.name] if file.version > pin.version]
    return list(takewhile(lambda file: file.version.model == pin.version.model, newer))


def _field(pointer: str) -> Iterator[str]:
    """The names of the field, and of the objects it stands in, that a pointer into a schema leads to."""
    parts = iter(tokens_of(pointer))
    for part in parts:
        if part == Keyword.PROPERTIES:
            yield next(parts, "")
        elif part != Keyword.ITEMS:
            return
