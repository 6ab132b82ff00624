"""Names of events: they become paths, folders, methods and classes, and each of these is there once."""

import re
from collections.abc import Iterator

from game_events_contract.findings import Finding
from game_events_contract.lint.rules import LintRule
from game_events_contract.repository import SchemaRepository

SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
RESERVED = {
    "any": "AnyEvent, in the HTTP contract, is an event of any type",
    "batch": "/v1/events/batch takes many events at once",
    "examples": "schemas/examples holds the examples of every event",
    "unjudged": "UnjudgedEvent, in the HTTP contract, is one that no schema has judged",
    "validate": "/v1/validate judges an event without storing it, and the edge knows it by that name",
}
"""What an event cannot be called, and what has the name."""


def title_of(event_type: str) -> str:
    """The class an event becomes: `in_app_ad` → `InAppAdEvent`."""
    return "".join(part.capitalize() for part in event_type.split("_")) + "Event"


def event_names(schemas: SchemaRepository) -> Iterator[Finding]:
    """Folders of `schemas/` whose names an event cannot have."""
    titles: dict[str, str] = {}
    for folder in sorted({path.parent for path in schemas.folder.glob("*/*-*-*.json")}):
        name = folder.name
        if not SNAKE_CASE.fullmatch(name):
            yield _finding(name, LintRule.NAME_NOT_SNAKE_CASE, f"schemas/{name}")
        elif name in RESERVED:
            yield _finding(name, LintRule.NAME_RESERVED, f"{name}: {RESERVED[name]}")
        elif (other := titles.setdefault(title_of(name), name)) != name:
            yield _finding(name, LintRule.TITLE_TAKEN, f"{name} and {other} are both {title_of(name)}")


def _finding(where: str, rule: LintRule, detail: str) -> Finding:
    return Finding(where, rule, "", f"{detail}: {rule.reason} {rule.fix}")
