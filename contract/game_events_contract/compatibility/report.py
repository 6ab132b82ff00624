"""What a comparison of two schemas comes to."""

from dataclasses import dataclass

from game_events_contract.compatibility.rules import CompatibilityRule, Step, Tier


@dataclass(frozen=True)
class Change:
    """One rule that applies at one place of the schema, given as a JSON Pointer."""

    rule: CompatibilityRule
    pointer: str
    detail: str = ""


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
