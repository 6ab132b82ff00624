"""What the rules of every keyword family share: which documents are compared, and which two schemas at the moment."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from game_events_contract.compatibility.references import Effort, contains_itself, inline, resolve
from game_events_contract.compatibility.report import Change
from game_events_contract.compatibility.rules import CompatibilityRule, Tier
from game_events_contract.compatibility.values import canonical, listed
from game_events_contract.pointers import Tokens, to_pointer
from game_events_contract.repository import Document

Names = frozenset[str] | None
"""The only field names that objects valid so far can have; None when they can have any."""
MOST_STEPS = 300_000
"""How many steps a comparison takes at most: some seconds. Two versions of an event take a few thousand."""
ASIDE: Tokens = ("(aside)",)
"""The place of comparisons whose changes are never shown: they only answer whether one schema passes another."""


class Comparison:
    """Two documents being compared; keeps their roots, to follow references, and what is being compared already.

    `rules` yields the changes of one pair by the rules of every keyword family.
    """

    def __init__(self, old_root: Document, new_root: Document, rules: "Rules", effort: Effort | None = None) -> None:
        self.old_root, self.new_root = old_root, new_root
        self._rules = rules
        self._effort = effort or Effort(MOST_STEPS)
        self._texts: dict[tuple[int, int], tuple[Any, str]] = {}
        self._open: set[tuple[int, int, Names]] = set()
        self._contrary: Comparison | None = None

    @property
    def contrary(self) -> "Comparison":
        """The same comparison the other way round; one for all, so that what is open is remembered within `not`."""
        if self._contrary is None:
            self._contrary = Comparison(self.new_root, self.old_root, self._rules, self._effort)
            self._contrary._contrary = self
        return self._contrary

    def changes(self, old: Any, new: Any, tokens: Tokens, possible: Names = None) -> Iterator[Change]:
        """The changes from one subschema to another."""
        key = (id(old), id(new), possible)
        if key in self._open or self.alike(old, new):
            return
        self._effort.step()
        self._open.add(key)
        before, after = resolve(old, self.old_root), resolve(new, self.new_root)
        pair = Pair(self, before, after, tokens, possible_names(before, possible))
        changes = list(self._rules(pair))
        self._open.discard(key)
        if self._disproved(before, after, changes):
            changes = [change for change in changes if change.rule.tier is not Tier.WIRE]
        yield from changes

    def breaking(self, old: Any, new: Any, tokens: Tokens = ASIDE, possible: Names = None) -> Iterator[Change]:
        """Those of the changes by which something valid may be refused."""
        return (change for change in self.changes(old, new, tokens, possible) if change.rule.tier is Tier.WIRE)

    def passes(self, old: Any, new: Any, possible: Names = None) -> bool:
        """Whether everything that `old` allows provably passes `new`."""
        return next(self.breaking(old, new, possible=possible), None) is None

    def alike(self, old: Any, new: Any) -> bool:
        """Whether both say the same, references followed; 1 and true, which Python calls equal, are not the same."""
        return self._text(old, self.old_root) == self._text(new, self.new_root)

    def _text(self, schema: Any, root: Document) -> str:
        """Kept with its schema, so that no other comes to the same identity."""
        known = self._texts.get((id(schema), id(root)))
        if known is None:
            known = (schema, canonical(inline(schema, root, self._effort)))
            self._texts[id(schema), id(root)] = known
        return known[1]

    def _disproved(self, old: Document, new: Document, changes: list[Change]) -> bool:
        """Where the old values are a short list, each can be tried: if all pass, nothing is broken."""
        values = listed(old)
        if values is None or all(change.rule.tier is not Tier.WIRE for change in changes):
            return False
        own, judge = (
            inline(schema, root, self._effort) for schema, root in ((old, self.old_root), (new, self.new_root))
        )
        if contains_itself(own) or contains_itself(judge):
            return False
        was, now = (jsonschema_rs.Draft202012Validator(schema, validate_formats=True) for schema in (own, judge))
        return all(now.is_valid(value) for value in values if was.is_valid(value))


@dataclass(frozen=True, slots=True)
class Pair:
    """An older and a newer schema that judge the same value, references followed; the newer stands at `tokens`."""

    within: Comparison
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


Rules = Callable[[Pair], Iterator[Change]]


def possible_names(schema: Document, possible: Names) -> Names:
    """The only field names that objects valid by this schema, too, can have."""
    if schema.get("additionalProperties") is False and not schema.get("patternProperties"):
        own = frozenset(schema.get("properties", {}))
        return own if possible is None else own & possible
    return possible
