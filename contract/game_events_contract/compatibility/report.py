"""What a comparison of two schemas comes to."""

from dataclasses import dataclass
from typing import Any

from game_events_contract.compatibility.rules import ChangeRule, Step, Tier


@dataclass(frozen=True)
class Change:
    """One rule that applies at one place of the schema, given as a JSON Pointer."""

    rule: ChangeRule
    pointer: str
    detail: str = ""

    @property
    def breaking(self) -> bool:
        """Whether somebody has to act: on a refused event, or on a query whose column changed."""
        return self.rule.tier is Tier.WIRE or self.rule.step is not Step.ADDITION


@dataclass(frozen=True)
class Report:
    """Everything that differs between two schemas."""

    changes: tuple[Change, ...]

    @property
    def breaking(self) -> bool:
        """Whether an event valid before may be invalid after, or a column changes under its readers."""
        return any(change.breaking for change in self.changes)

    @property
    def required_step(self) -> Step:
        """The smallest version step that admits every change."""
        return max((change.rule.step for change in self.changes), default=Step.ADDITION)

    def as_json(self) -> dict[str, Any]:
        return {
            "breaking": self.breaking,
            "required_bump": self.required_step.name,
            "changes": [
                {"rule": change.rule.id, "tier": change.rule.tier.value, "pointer": change.pointer}
                for change in self.changes
            ],
        }
