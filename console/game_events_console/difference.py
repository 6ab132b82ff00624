"""What changed between two versions of an event, field by field, and what the gate says of it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import ndiff

from game_events_models import contract

from game_events_console.kinds import holds

MOST_TOLD = 24
WORDS_ONLY = "documentation-changed"
NOTICE = {"WIRE": "senders", "SOURCE": "generated code", "WAREHOUSE": "the warehouse"}
"""Who notices a change of a tier, those that may be refused first."""
STEPS = ("MODEL", "REVISION", "ADDITION")


@dataclass(frozen=True)
class Told:
    """What the gate found at one field."""

    field: str
    whats: Sequence[tuple[str, str]]
    """Its changes in the gate's words, and how each is marked: `cut`, `new` or as it is."""
    meaning: str
    """Of the change that matters most."""
    notices: str


@dataclass(frozen=True)
class Difference:
    older: str
    newer: str
    lines: Sequence[tuple[str, str]]
    """`add` or `del`, and the field."""
    told: Sequence[Told]
    more: int
    """Fields that are not among those told."""
    words: int
    """Changes of descriptions and examples."""
    breaking: bool
    needs: str
    takes: str
    """The step that the changes need, and the one that the newer version is."""
    backward: bool
    forward: bool
    why: str
    """In the author's words."""


def between(event_type: str, one: str, other: str) -> Difference | None:
    """Of two published versions, whichever is the older; None of one and the same."""
    versions = contract.versions()[event_type]
    older, newer = sorted((one, other), key=versions.index)
    report = next((one for one in contract.compatibility(event_type, newer) if one["older"] == older), None)
    if report is None:
        return None
    meant = [change for change in report["changes"] if change["rule"] != WORDS_ONLY]
    told = _told(meant)
    return Difference(
        older=older,
        newer=newer,
        lines=list(_lines(event_type, older, newer)),
        told=told[:MOST_TOLD],
        more=max(0, len(told) - MOST_TOLD),
        words=len(report["changes"]) - len(meant),
        breaking=report["breaking"],
        needs=report["required_bump"],
        takes=_step(older, newer),
        backward=report["backward"],
        forward=report["forward"],
        why=contract.schema(event_type, newer).get("$reason", ""),
    )


def _told(changes: Sequence[Mapping[str, str]]) -> list[Told]:
    """By field, those first whose events may be refused."""
    found: dict[str, list[Mapping[str, str]]] = {}
    for change in sorted(changes, key=lambda change: [*NOTICE].index(change["tier"])):
        found.setdefault(field_at(change["pointer"]), []).append(change)
    return [_of_field(field, of_field) for field, of_field in found.items()]


def _of_field(field: str, changes: Sequence[Mapping[str, str]]) -> Told:
    rules = {change["rule"]: change["tier"] for change in changes if change["tier"] != "WAREHOUSE"}
    rules = rules or {change["rule"]: change["tier"] for change in changes}
    tagged = [(rule.replace("-", " "), _tag(rule, tier)) for rule, tier in rules.items()]
    noticed = dict.fromkeys(NOTICE[change["tier"]] for change in changes)
    return Told(field, tagged, changes[0]["meaning"], ", ".join(noticed))


def _tag(rule: str, tier: str) -> str:
    return "cut" if tier == "WIRE" else "new" if rule.endswith("-added") else ""


def field_at(pointer: str) -> str:
    """`/properties/device/properties/os/maxLength` as people say it: `device.os`."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    names, place = [], 0
    while place < len(steps):
        if steps[place] == "properties" and place + 1 < len(steps):
            place += 1
            names.append(steps[place])
        place += 1
    return ".".join(names)


def _step(older: str, newer: str) -> str:
    parts = zip(older.split("-"), newer.split("-"), STEPS, strict=True)
    return next((step for before, after, step in parts if before != after), STEPS[-1])


def _lines(event_type: str, older: str, newer: str) -> Iterator[tuple[str, str]]:
    kinds = {"+ ": "add", "- ": "del"}
    for line in ndiff(_fields(event_type, older), _fields(event_type, newer)):
        if line[:2] in kinds:
            yield kinds[line[:2]], line[2:]


def _fields(event_type: str, version: str) -> list[str]:
    schema = contract.inlined_schema(event_type, version)
    required = set(schema.get("required", ()))
    fields = [(name, field) for name, field in schema.get("properties", {}).items() if name != "schema_version"]
    return [f"{name}: {holds(field) or 'anything'}{' required' if name in required else ''}" for name, field in fields]
