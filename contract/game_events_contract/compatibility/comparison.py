"""What the rules of every keyword family share: which documents are compared, and which two schemas at the moment."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from game_events_contract.compatibility.names import Names, possible_names
from game_events_contract.compatibility.normal import Forms
from game_events_contract.compatibility.references import Effort, resolve
from game_events_contract.compatibility.report import Change
from game_events_contract.compatibility.rules import CompatibilityRule, Tier
from game_events_contract.pointers import Tokens, to_pointer
from game_events_contract.repository import Document

MOST_STEPS = 300_000
"""How many steps a comparison takes at most: some seconds. Two versions of an event take a few thousand."""


class Within(Protocol):
    """What the rules ask of the comparison that a pair belongs to."""

    old: Forms
    new: Forms

    @property
    def contrary(self) -> "Within":
        """The same the other way round."""

    def changes(self, old: Any, new: Any, tokens: Tokens, possible: Names = None) -> Iterator[Change]:
        """The changes from one subschema to another."""

    def breaking(self, old: Any, new: Any, tokens: Tokens, possible: Names = None) -> Iterator[Change]:
        """Those of the changes by which something valid may be refused."""

    def passes(self, old: Any, new: Any, possible: Names = None) -> bool:
        """Whether everything that `old` allows provably passes `new`."""

    def passes_any(self, old: Any, options: list[Any], possible: Names) -> bool:
        """Whether everything that `old` allows provably passes `anyOf` of the options."""

    def passes_one(self, old: Any, options: list[Any], possible: Names) -> bool:
        """Whether everything that `old` allows provably passes `oneOf` of the options."""

    def disjoint(self, old: Any, new: Any) -> bool:
        """Whether provably nothing passes both."""

    def alike(self, old: Any, new: Any) -> bool:
        """Whether both say the same, references followed; 1 and true, which Python calls equal, are not the same."""


@dataclass(frozen=True, slots=True)
class Pair:
    """An older and a newer schema that judge the same value, references followed; the newer stands at `tokens`."""

    within: Within
    old: Document
    new: Document
    tokens: Tokens
    names: Names

    def change(self, rule: CompatibilityRule, *tokens: str, detail: str = "") -> Change:
        """A change at a place below the pair's own."""
        return Change(rule, to_pointer(self.at(*tokens)), detail)

    def at(self, *tokens: str) -> Tokens:
        return (*self.tokens, *tokens)

    def alike(self, *keywords: str) -> bool:
        """Whether these keywords say the same in both, or stand in neither."""
        before, after = (
            {keyword: schema[keyword] for keyword in keywords if keyword in schema} for schema in (self.old, self.new)
        )
        return self.within.alike(before, after)

    def passes(self, condition: Any) -> bool:
        """Whether everything that the older schema allows provably passes a condition of the newer."""
        return self.within.passes(self.old, condition, self.names)


Rules = Callable[[Pair], Iterator[Change]]


class Comparison:
    """Two documents being compared, as they are written: says what changed, and where.

    `rules` yields the changes of one pair by the rules of every keyword family.
    """

    def __init__(self, old_root: Document, new_root: Document, rules: Rules, proof: Callable[..., Within]) -> None:
        self._roots = old_root, new_root
        self._rules = rules
        self._effort = Effort(MOST_STEPS)
        self.old, self.new = Forms(old_root), Forms(new_root)
        self._proof = proof(self.old, self.new)
        self._open: set[tuple[int, int, Names]] = set()

    @property
    def contrary(self) -> Within:
        return self._proof.contrary

    def changes(self, old: Any, new: Any, tokens: Tokens, possible: Names = None) -> Iterator[Change]:
        key = (id(old), id(new), possible)
        if key in self._open or self.alike(old, new):
            return
        self._effort.step()
        self._open.add(key)
        before, after = (resolve(schema, root) for schema, root in zip((old, new), self._roots, strict=True))
        pair = Pair(self, before, after, tokens, possible_names(before, self.old, possible))
        changes = list(self._rules(pair))
        self._open.discard(key)
        if any(change.rule.tier is Tier.WIRE for change in changes) and self.passes(old, new, possible):
            changes = [change for change in changes if change.rule.tier is not Tier.WIRE]
            if not changes:
                changes = [pair.change(CompatibilityRule.CONDITION_LOOSENED)]
        yield from changes

    def breaking(self, old: Any, new: Any, tokens: Tokens, possible: Names = None) -> Iterator[Change]:
        return (change for change in self.changes(old, new, tokens, possible) if change.rule.tier is Tier.WIRE)

    def passes(self, old: Any, new: Any, possible: Names = None) -> bool:
        return self._proof.passes(old, new, possible)

    def passes_any(self, old: Any, options: list[Any], possible: Names) -> bool:
        return self.passes(old, {"anyOf": options}, possible)

    def passes_one(self, old: Any, options: list[Any], possible: Names) -> bool:
        return self.passes(old, {"oneOf": options}, possible)

    def disjoint(self, old: Any, new: Any) -> bool:
        return self._proof.disjoint(old, new)

    def alike(self, old: Any, new: Any) -> bool:
        return self.old.text(old, self._effort) == self.new.text(new, self._effort)
