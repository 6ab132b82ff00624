"""Who depends on which version and field, so that the gate can say who breaks."""

import json
from pathlib import Path
from typing import NamedTuple

from game_events_contract.compatibility import Change
from game_events_contract.pointers import tokens_of
from game_events_contract.repository import ROOT, Document

REGISTER = ROOT / "schemas" / "consumers.json"


class Consumer(NamedTuple):
    """A build or a job that was written for one version; `fields` are those it writes or reads, None for all."""

    name: str
    event_type: str
    version: str
    fields: frozenset[str] | None


def registered(path: Path = REGISTER) -> list[Consumer]:
    """Every consumer in the register, one entry for each version it depends on."""
    return [
        Consumer(
            entry["name"],
            pin.partition("/")[0],
            pin.partition("/")[2],
            None if fields == "*" else frozenset(fields),
        )
        for entry in json.loads(path.read_text(encoding="utf-8"))
        for pin, fields in entry["uses"].items()
    ]


def broken_by(change: Change, old: Document, consumers: list[Consumer]) -> list[Consumer]:
    """The consumers of `old`'s event and MODEL that use the field the change is about."""
    properties = old.get("properties", {})
    event_type = properties.get("event_type", {}).get("const")
    model = str(properties.get("schema_version", {}).get("const", "")).partition("-")[0]
    tokens = tokens_of(change.pointer)
    field = tokens[1] if len(tokens) > 1 and tokens[0] == "properties" else None
    return [
        consumer
        for consumer in consumers
        if consumer.event_type == event_type
        and consumer.version.partition("-")[0] == model
        and (field is None or consumer.fields is None or field in consumer.fields)
    ]
