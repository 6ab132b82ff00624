"""What to start from in the playground: the contract's examples, of a type, by version. Pure."""

from dataclasses import dataclass
from typing import Any

from game_events_models import contract

from game_events_console.code import example, fresh


@dataclass(frozen=True)
class Start:
    version: str
    name: str
    rule: str = ""
    """That it breaks; empty of one that is taken."""

    @property
    def value(self) -> str:
        """As the address has it."""
        return f"{self.version}/{self.name}" if self.name else self.version


def known_type(name: str | None) -> str:
    """The type that is named, or the first."""
    types = contract.versions()
    return name if name in types else next(iter(types))


def starts(event_type: str) -> dict[str, list[Start]]:
    """By version, the newest first: the schema's own example, what is taken, what is refused."""
    found = {version: [Start(version, "")] for version in reversed(contract.versions()[event_type])}
    for one in contract.examples(event_type):
        found[one["schema_version"]].append(Start(one["schema_version"], one["name"], one.get("rule", "")))
    return found


def document_of(event_type: str, value: str) -> dict[str, Any]:
    """The example that the address names; the default version's own where it names none."""
    version, _, name = value.partition("/")
    for one in contract.examples(event_type):
        if (one["schema_version"], one["name"]) == (version, name):
            return fresh(one["event"], but=one.get("pointer", ""))
    return example(event_type, version if version in contract.versions()[event_type] else None)
