"""The rules of the compatibility gate, each with an id, a tier and the version step it needs.

The reference is Confluent's table for JSON Schema in BACKWARD mode, with one difference: a required field that comes
with a default breaks too, because validation fills in no defaults.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import NamedTuple


class Tier(StrEnum):
    """Where a change is felt."""

    WIRE = "WIRE"
    """An event that was valid may be refused."""
    SOURCE = "SOURCE"
    """Every event stays valid; the generated code changes, and code written against it may need to."""


class Step(IntEnum):
    """Which part of a SchemaVer has to grow."""

    ADDITION = 0
    REVISION = 1
    MODEL = 2


class Rule(NamedTuple):
    id: str
    tier: Tier
    step: Step
    meaning: str


@dataclass(frozen=True)
class Change:
    """One rule that applies at one place of the schema."""

    rule: Rule
    pointer: str
    detail: str = ""


ASIDE = "(aside)"
"""The pointer of comparisons whose changes are never shown: they only answer whether one schema passes another."""


@dataclass(frozen=True)
class Report:
    """Everything that differs between two schemas."""

    changes: tuple[Change, ...]

    @property
    def breaking(self) -> bool:
        """Whether an event valid before may be invalid after."""
        return any(change.rule.tier is Tier.WIRE for change in self.changes)

    @property
    def required_step(self) -> Step:
        """The smallest version step that admits every change."""
        return max((change.rule.step for change in self.changes), default=Step.ADDITION)

    def as_json(self) -> dict[str, object]:
        return {
            "breaking": self.breaking,
            "required_bump": self.required_step.name,
            "changes": [
                {"rule": change.rule.id, "tier": change.rule.tier.value, "pointer": change.pointer}
                for change in self.changes
            ],
        }


def _table(step: Step, tier: Tier, rules: dict[str, str]) -> dict[str, Rule]:
    return {name: Rule(name, tier, step, meaning) for name, meaning in rules.items()}


RULES: dict[str, Rule] = {
    **_table(
        Step.ADDITION,
        Tier.SOURCE,
        {
            "optional-field-added": "A new optional field on a closed object: no event sent so far has it.",
            "field-removed-from-open-object": "Events that carry the field stay valid, but code loses it.",
            "field-made-optional": "Code that reads the field has to expect its absence.",
            "field-constraint-removed": "A field of an open object is no longer described.",
            "type-widened": "More types are allowed than before.",
            "enum-value-added": "Code that lists every value has to learn the new one.",
            "enum-removed": "Any value is allowed where a list stood.",
            "const-widened": "More values are allowed than the one constant.",
            "bound-loosened": "A smaller minimum, a larger maximum, or a limit that went away.",
            "pattern-removed": "Any text is allowed where a pattern stood.",
            "format-removed": "Any text is allowed where a format stood.",
            "unique-items-dropped": "Repeated items are allowed.",
            "multiple-of-loosened": "More numbers are allowed.",
            "object-opened": "Unknown fields are allowed.",
            "condition-removed": "A condition (allOf, anyOf, oneOf, if, not, dependent…) went away.",
            "condition-loosened": "A condition changed so that it provably refuses no more than before.",
            "default-changed": "Generated code fills in another value.",
            "title-changed": "The generated class is named differently.",
            "documentation-changed": "Descriptions, examples and other annotations.",
        },
    ),
    **_table(
        Step.REVISION,
        Tier.WIRE,
        {
            "field-made-required": "Events without the optional field are refused.",
            "field-added-to-open-object": "Events may already carry that name with another meaning.",
            "type-narrowed": "Some of the types allowed before are refused.",
            "enum-value-removed": "Events with the value are refused.",
            "enum-added": "Only listed values are allowed where anything was.",
            "const-added": "Only one value is allowed where several were.",
            "bound-tightened": "A larger minimum, a smaller maximum, or a new limit.",
            "pattern-added": "Text that does not match is refused.",
            "pattern-changed": "Text that matched before may not match now.",
            "format-added": "Text that does not parse is refused.",
            "format-changed": "Text that parsed before may not parse now.",
            "unique-items-required": "Lists with repeated items are refused.",
            "multiple-of-tightened": "Some numbers are refused.",
            "object-closed": "Events with unknown fields are refused.",
            "values-forbidden": "No value is allowed where some were.",
            "condition-added": "A new condition may refuse what was valid.",
            "condition-changed": "A condition changed and may refuse what was valid.",
        },
    ),
    **_table(
        Step.MODEL,
        Tier.WIRE,
        {
            "required-field-added": "No event sent so far has the field; a default does not help, nothing fills it in.",
            "field-removed": "Events that carry the field are refused, and whoever reads it loses it.",
            "type-changed": "No value of the old type is allowed any more.",
            "const-changed": "The one value allowed before is refused.",
            "enum-replaced": "None of the values allowed before is allowed now.",
            "dialect-changed": "The schema is written in another dialect of JSON Schema.",
            "keyword-unknown": "The gate does not understand this keyword and passes nothing it does not understand.",
        },
    ),
}
